#include <anabranch/spec.h>

#include <algorithm>

namespace anabranch {

Spec& Spec::put(std::vector<Port>& ports, std::string port, std::string_view columns, std::string port_help,
                bool required) {
    Port made{std::move(port), PortType::parse(columns), std::move(port_help), required};
    const auto found = std::ranges::find(ports, made.name, &Port::name);
    if (found == ports.end()) {
        ports.push_back(std::move(made));
    } else {
        if (made.help.empty()) made.help = found->help;
        *found = std::move(made);
    }
    return *this;
}

}  // namespace anabranch
