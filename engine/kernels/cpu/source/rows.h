// The rows of one pass over the layers: where they stand and how their attention is cut up.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "model.h"

constexpr int kPartTokens = 1024;
constexpr int kMaxParts = 16;

struct Row {
  int sequence, position, context_start;
  int part_tokens, num_parts;
  int first_partial;  // where its unfinished sums lie, if there is more than one part

  // A row's attention is cut by its own context alone, so its sums do not depend on other rows.
  void cut() {
    const int context = position + 1 - context_start;
    part_tokens = kPartTokens;
    while (context > part_tokens * kMaxParts) part_tokens *= 2;
    num_parts = (context + part_tokens - 1) / part_tokens;
  }
};

// Some neighboring rows of one sequence, and one part of the context of each of them.
struct Part {
  int first_row, num_rows, index;
};

struct Chosen {
  int row, place;  // where its logits go
};

// The rows that pass the layers together. In the last layer rows whose hidden state nobody asks for
// end with their keys and values, as they do in the draft layer.
struct RowSet {
  int first = 0;            // of all rows of the step
  std::vector<Row> rows;
  std::vector<int> active;  // the rows that go on after their keys and values are written
  std::vector<Part> parts;  // of the active rows
  std::vector<Chosen> chosen;
  Floats cosines, sines;    // [rows, rotary_dim / 2]
  int num_partials = 0;
  bool stand_alone = true;  // no part has neighbors
  int draft = 0;            // of the draft layer over its own output: which draft it makes, from 1
  std::vector<int> tokens, sources;  // of the draft layer in a decode step: the token that follows
                                     // each row, and the row of `hidden` that belongs to it

  int count() const { return (int)rows.size(); }
  int num_active() const { return (int)active.size(); }

  void clear(int first_row) {
    first = first_row;
    rows.clear();
    active.clear();
    parts.clear();
    chosen.clear();
    tokens.clear();
    sources.clear();
    num_partials = 0;
  }

  void add(int sequence, int position, int context_start, bool goes_on) {
    Row row{sequence, position, context_start, 0, 0, 0};
    row.cut();
    if (goes_on) {
      active.push_back(count());
      if (row.num_parts > 1) {
        row.first_partial = num_partials;
        num_partials += row.num_parts;
      }
    }
    rows.push_back(row);
  }

  // Neighbors share what they read; what they compute stays the same.
  void cut(int max_neighbors) {
    stand_alone = true;
    for (size_t begin = 0; begin < active.size();) {
      const Row& first_row = rows[active[begin]];
      size_t end = begin + 1;
      while (end < active.size() && (int)(end - begin) < max_neighbors &&
             active[end] == active[end - 1] + 1 &&
             rows[active[end]].sequence == first_row.sequence &&
             rows[active[end]].part_tokens == first_row.part_tokens)
        ++end;
      // The last rows have the most parts.
      stand_alone = stand_alone && end == begin + 1;
      for (int index = rows[active[end - 1]].num_parts - 1; index >= 0; --index)
        parts.push_back({active[begin], (int)(end - begin), index});
      begin = end;
    }
    // The longest contexts first, so that no thread comes upon them last.
    std::reverse(parts.begin(), parts.end());
  }

  void turn(const Model& model) {
    const int half = model.geometry.rotary_dim / 2;
    cosines.resize((size_t)count() * half);
    sines.resize((size_t)count() * half);
    for (int row = 0; row < count(); ++row)
      for (int index = 0; index < half; ++index) {
        const float angle = (float)rows[row].position * model.frequencies[index];
        cosines[row * half + index] = std::cos(angle);
        sines[row * half + index] = std::sin(angle);
      }
  }
};
