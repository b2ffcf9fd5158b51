#include <framework/cli/command_line.h>

int main(int count, char** arguments) {
    return anabranch::framework::run_command_line(count, arguments);
}
