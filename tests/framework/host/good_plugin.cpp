#include <anabranch/node.h>

// A whole plugin of types that run: numbers, their sum, and a resource.

namespace {

class Numbers final : public anabranch::Node {
  public:
    static anabranch::Spec spec() {
        return anabranch::Spec("test.numbers", "Gives packets of numbers.")
            .output("out", "number: i64[B]", "numbers that count up")
            .parameter("packets", 3, "how many packets", anabranch::at_least(0))
            .example("numbers: {type: test.numbers, packets: 5}");
    }
    explicit Numbers(const anabranch::Parameters& p) : packets_(p.get<std::uint64_t>("packets")) {}
    void process(anabranch::Call& call) override {
        if (call.sequence() == packets_) return call.end_of_stream();
        call.out().set("number", std::vector<std::int64_t>{static_cast<std::int64_t>(call.sequence()), 1});
    }

  private:
    std::uint64_t packets_;
};

class Counter final : public anabranch::Resource {
  public:
    static anabranch::ResourceSpec spec() {
        return anabranch::ResourceSpec("test.counter", "Counts.")
            .offers("counter")
            .view("start", {"counter"})
            .parameter("from", 0, "what it counts from");
    }
    Counter(const anabranch::Parameters&, const anabranch::ResourceContext&) {}
};

class Sum final : public anabranch::Node {
  public:
    static anabranch::Spec spec() {
        return anabranch::Spec("test.sum", "Adds up what it gets.")
            .input("in", "number: i64[B]")
            .reads("counter", "counter", "what it asks")
            .required("scale", anabranch::ParameterKind::number, "what the sum is multiplied by", anabranch::above(0));
    }
    explicit Sum(const anabranch::Parameters& p) : scale_(p.get<double>("scale")) {}
    void process(anabranch::Call& call) override {
        double sum = 0;
        for (const auto number : call.in().values<std::int64_t>("number")) sum += static_cast<double>(number);
        call.metric("sum", sum * scale_);
    }

  private:
    double scale_;
};

}  // namespace

ANABRANCH_PLUGIN_TABLE(registry) {
    registry.add<Numbers>();
    registry.add<Sum>();
    registry.add<Counter>();
    registry.on_worker_start([](int) {});
}
