// A shared library that knows nothing of plugins.
extern "C" [[gnu::visibility("default")]] int something_else() {
    return 1;
}
