#pragma once

#include <string>
#include <string_view>

/// Rows of a small Posts.xml for tests.

inline std::string dump_of(std::string_view rows) {
    return "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<posts>\r\n" + std::string(rows) + "</posts>\r\n";
}
inline std::string question(int id, std::string_view body, int accepted = 0) {
    return "  <row Id=\"" + std::to_string(id) + "\" PostTypeId=\"1\" Score=\"0\" Title=\"T\" Body=\"" +
           std::string(body) + "\"" + (accepted == 0 ? "" : " AcceptedAnswerId=\"" + std::to_string(accepted) + "\"") +
           " />\r\n";
}
inline std::string answer(int id, int parent, int votes, std::string_view body) {
    return "  <row Id=\"" + std::to_string(id) + "\" PostTypeId=\"2\" ParentId=\"" + std::to_string(parent) +
           "\" Score=\"" + std::to_string(votes) + "\" Body=\"" + std::string(body) + "\" />\r\n";
}
