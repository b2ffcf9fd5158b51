#include <anabranch/error.h>
#include <framework/report/durable.h>
#include <framework/report/run_directory.h>
#include <framework/state/checksums.h>
#include <framework/state/resume_points.h>

#include <algorithm>
#include <charconv>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

struct Number {
    std::uint64_t step = 0;
    std::uint64_t repeat = 1;
    auto operator<=>(const Number&) const = default;
};

/// Of "step-000014" or "step-000014-2"; nothing for other names.
std::optional<Number> number_of(const std::string& name) {
    constexpr std::string_view prefix = "step-";
    if (!name.starts_with(prefix)) return std::nullopt;
    Number number;
    const char* const end = name.data() + name.size();
    const auto step = std::from_chars(name.data() + prefix.size(), end, number.step);
    if (step.ec != std::errc{}) return std::nullopt;
    if (step.ptr == end) return number;
    if (*step.ptr != '-') return std::nullopt;
    const auto repeat = std::from_chars(step.ptr + 1, end, number.repeat);
    return repeat.ec == std::errc{} && repeat.ptr == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::vector<ResumePoint> ResumePoints::all() const {
    std::vector<std::pair<Number, fs::path>> found;
    if (fs::is_directory(folder_)) {
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (const auto number = number_of(entry.path().filename().string()))
                found.emplace_back(*number, entry.path());
        }
    }
    std::ranges::sort(found);
    std::vector<ResumePoint> points;
    for (auto& [number, path] : found) points.push_back({number.step, std::move(path)});
    return points;
}

ResumePoint ResumePoints::write(std::uint64_t step, const std::function<void(const fs::path&)>& fill) const {
    fs::path target = folder_ / step_folder(step);
    for (int n = 2; fs::exists(target); ++n) target = folder_ / cat(step_folder(step), "-", n);
    write_directory(target, [&](const fs::path& into) {
        fill(into);
        write_checksums(into);
    });
    const auto points = all();
    for (std::size_t i = 0; i + keep_ < points.size(); ++i) remove_directory(points[i].folder);
    return {step, std::move(target)};
}

std::optional<ResumePoint> ResumePoints::newest(std::vector<std::string>& problems) const {
    auto points = all();
    std::ranges::reverse(points);
    for (auto& point : points) {
        std::string problem = problem_with(point.folder);
        if (problem.empty()) return std::move(point);
        problems.push_back(std::move(problem));
    }
    return std::nullopt;
}

void ResumePoints::forget_after(const ResumePoint& point) const {
    const auto points = all();
    const auto kept = std::ranges::find(points, point.folder, &ResumePoint::folder);
    for (auto later = kept; later != points.end(); ++later) {
        if (later != kept) remove_directory(later->folder);
    }
    std::vector<fs::path> rest;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        if (entry.path().filename().string().starts_with(".")) rest.push_back(entry.path());
    }
    for (const auto& path : rest) fs::remove_all(path);
}

}  // namespace anabranch::framework
