#include <anabranch/node.h>

#include <fstream>

// A whole plugin of types that run: numbers, their sum, a resource, and a node that changes it.

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
            .parameter("from", 0, "what it counts from")
            .optional("saved", anabranch::ParameterKind::path, "a folder that a counter was saved in");
    }
    Counter(const anabranch::Parameters& p, const anabranch::ResourceContext&) : count_(p.get<std::int64_t>("from")) {
        const auto saved = p.find<std::string>("saved");
        if (saved && !(std::ifstream(*saved + "/count.txt") >> count_))
            throw anabranch::Error("there is no count in " + *saved);
    }
    void save(const std::filesystem::path& directory) const override {
        std::ofstream(directory / "count.txt") << count_;
    }

    void load(const std::filesystem::path& directory) override {
        if (!(std::ifstream(directory / "count.txt") >> count_)) throw anabranch::Error("there is no count");
    }
    std::shared_ptr<const Resource> view(std::string_view) const override {
        return std::make_shared<const Counter>(anabranch::Parameters(spec().parameters, {}),
                                               anabranch::ResourceContext(anabranch::Random(0), {}));
    }
    void export_to(const std::filesystem::path& target, const anabranch::ExportOptions& options) const override {
        if (options.dtype == "float16") throw anabranch::Error("it was told to fail");
        std::ofstream(target) << options.format << (options.merge ? " merged " : " ") << options.dtype << " of "
                              << options.name << ": " << count_;
    }

    std::int64_t next() { return ++count_; }

  private:
    std::int64_t count_;
};

class Train final : public anabranch::Node {
  public:
    static anabranch::Spec spec() {
        return anabranch::Spec("test.train", "Counts packets.")
            .input("in", "number: i64[B]")
            .writes("counter", "counter", "what it counts with")
            .parameter("fail", false, "whether it fails");
    }
    explicit Train(const anabranch::Parameters& p) : fail_(p.get<bool>("fail")) {}
    void process(anabranch::Call& call) override {
        if (fail_) throw anabranch::Error("it was told to");
        const auto count = static_cast<double>(call.write<Counter>("counter").next());
        call.metric("train/count", count);
        call.metric("train/loss", 1 / count);
    }

  private:
    bool fail_;
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
    registry.add<Train>();
    registry.add<Counter>();
    registry.on_worker_start([](int) {});
}
