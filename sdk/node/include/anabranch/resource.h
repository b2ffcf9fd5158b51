#pragma once

#include <anabranch/error.h>
#include <anabranch/random.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace anabranch {

/// How a resource is written for other programs.
struct ExportOptions {
    std::string format = "hf";  ///< hf: a folder that transformers or peft opens | gguf: a file that llama.cpp opens
    bool merge = false;  ///< hf: the adapter is added to the weights, instead of standing beside the name of its base
    std::string dtype = "float32";  ///< of the weights: float32 | float16 | bfloat16
    std::string name{};             ///< what the model is called, where the format has a place for it
};

/// Something made once and shared by nodes: a model, a tokenizer. The engine calls readers together and a writer alone.
class Resource {
  public:
    virtual ~Resource() = default;

    /// A copy of what a writer changes, sharing what it does not (the frozen weights). Readers that run beside a later
    /// write get it. Called by the engine between writes. Resources that no node may write keep this default.
    [[nodiscard]] virtual std::shared_ptr<const Resource> snapshot() const {
        throw Error("this resource cannot be written by a node");
    }
    /// The constant part declared by ResourceSpec::view.
    [[nodiscard]] virtual std::shared_ptr<const Resource> view(std::string_view name) const {
        throw Error(cat("this resource has no view '", name, "'"));
    }
    /// A few words for the person who watches it being loaded: its size, where it computes.
    [[nodiscard]] virtual std::string describe() const { return {}; }
    /// Writes what training changed into `directory`, which exists and is empty. Called when no
    /// node writes the resource; readers may run.
    virtual void save(const std::filesystem::path& directory) const { static_cast<void>(directory); }
    /// Takes back what `save` wrote. Called before anybody uses the resource. Who overrides `save` overrides this.
    virtual void load(const std::filesystem::path& directory) {
        throw Error(cat(directory.string(), ": this resource cannot take back what was saved"));
    }
    /// Writes the whole resource for other programs: `target`, which does not exist, a file or a folder as the format
    /// has it. What a failure leaves of it is removed by the caller. Called when no node runs.
    virtual void export_to(const std::filesystem::path& target, const ExportOptions& options) const {
        throw Error(cat("this resource cannot be exported as ", options.format, ": ", target.string()));
    }
};

/// What a resource type is made from, besides its parameters.
class ResourceContext {
  public:
    ResourceContext(Random random, std::map<std::string, std::shared_ptr<const Resource>, std::less<>> used,
                    bool for_export = false)
        : random_(random), used_(std::move(used)), for_export_(for_export) {}

    /// Depends on the run's seed and the resource's name.
    [[nodiscard]] const Random& random() const { return random_; }
    [[nodiscard]] bool has(std::string_view use) const { return used_.contains(use); }
    /// It is made to be written, not to run: weights are wanted as exactly as their file has them, on the CPU.
    [[nodiscard]] bool for_export() const { return for_export_; }
    /// A resource that the spec reads. T: the interface that goes with the capability.
    template <typename T>
    [[nodiscard]] std::shared_ptr<const T> get(std::string_view use) const {
        const auto found = used_.find(use);
        auto typed = found == used_.end() ? nullptr : std::dynamic_pointer_cast<const T>(found->second);
        if (typed == nullptr) throw Error(cat("resource '", use, "' is missing or of another type"));
        return typed;
    }

  private:
    Random random_;
    std::map<std::string, std::shared_ptr<const Resource>, std::less<>> used_;
    bool for_export_;
};

}  // namespace anabranch
