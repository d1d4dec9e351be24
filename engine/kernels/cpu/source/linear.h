// Linear maps whose weights lie in panels: the part that decides the speed of a step.
//
// A panel holds a few vectors of output rows; for each group of two or four columns it lists that
// group of every row. So weights are read as one stream, every output is a lane that sums its
// columns in their order, whatever the number of inputs, and nothing is summed across lanes.
//
// Weights are bfloat16, eight-bit (e4m3) or float, with a factor per row. Eight-bit numbers are
// widened by moving their bits: that gives them times 2^-120. Inputs come times 2^60 and sums are
// multiplied by what is missing, so that nothing gets too small on the way; powers of two round
// nothing.
#pragma once

#include <functional>
#include <type_traits>

#include "vectors.h"

constexpr int kPanelVectors = 4;
constexpr int kPanelRows = kPanelVectors * kLanes;
constexpr int kColumnPadding = 4;
// From so many inputs on it pays to widen a panel of eight-bit numbers once for all of them.
constexpr int kManyInputs = 16;
constexpr float kInputFactor = 0x1p60f;

enum class Format { kBfloat16 = 0, kFloat = 1, kEightBit = 2 };

// One panel's weights: groups of columns of `width` rows.
struct Panel {
  const uint32_t* words;
  int groups, width;
};

struct Linear {
  int rows = 0;     // rows that count, without padding
  int groups = 0;   // groups of columns
  int vectors = 4;  // vectors of rows in a panel: 1, 2 or 4
  int panels = 0;
  Format format = Format::kBfloat16;
  Aligned<uint32_t> data;
  Floats scale, bias;  // [panels * panel_rows()]

  int panel_rows() const { return vectors * kLanes; }
  int group_columns() const { return format == Format::kEightBit ? 4 : 2; }
  size_t panel_words() const {
    return (size_t)groups * panel_rows() * (format == Format::kFloat ? 2 : 1);
  }
  const uint32_t* panel(int index) const { return data.data() + index * panel_words(); }
  Panel at(int index) const { return {panel(index), groups, panel_rows()}; }
};

// The most vectors per panel that waste at most an eighth of the rows.
inline int choose_vectors(int rows) {
  for (int vectors = kPanelVectors; vectors > 1; vectors /= 2)
    if (round_up(rows, vectors * kLanes) * 8 <= rows * 9) return vectors;
  return 1;
}

// Fill `linear` (its rows, vectors, panels and format are set) from row-major weights: `source_row`
// names the row that comes to each place, or -1 for padding.
inline void pack(Linear& linear, const void* weights, int columns, const float* scale,
                 const float* bias, const std::function<int(int)>& source_row) {
  const int group = linear.group_columns();
  linear.groups = (columns + group - 1) / group;
  const int width = linear.panel_rows(), places = linear.panels * width;
  const float factor = linear.format == Format::kEightBit ? 0x1p60f : 0x1p-60f;
  linear.data.assign(linear.panel_words() * linear.panels, 0);
  linear.scale.assign(places, factor);
  linear.bias.assign(places, 0.0f);
  for (int place = 0; place < places; ++place) {
    const int row = source_row(place);
    if (row < 0) continue;
    if (scale) linear.scale[place] = scale[row] * factor;
    if (bias) linear.bias[place] = bias[row];
    uint32_t* panel = linear.data.data() + place / width * linear.panel_words() + place % width;
    for (int column = 0; column < columns; ++column) {
      const size_t from = (size_t)row * columns + column;
      if (linear.format == Format::kFloat)
        panel[(size_t)column * width] = ((const uint32_t*)weights)[from];
      else if (linear.format == Format::kEightBit)
        panel[(size_t)(column / 4) * width] |= (uint32_t)((const uint8_t*)weights)[from]
                                               << column % 4 * 8;
      else
        panel[(size_t)(column / 2) * width] |= (uint32_t)((const uint16_t*)weights)[from]
                                               << column % 2 * 16;
    }
  }
}

INLINE Bits load_bits(const uint32_t* words) {
  Bits bits;
  std::memcpy(&bits, words, sizeof bits);
  return bits;
}

struct TwoBits {
  Bits first, second;
};

// How a group of columns is read: `read` loads what they are kept in, `column` gives one of them.
struct Narrow {
  static constexpr int kColumns = 2, kWords = 1;
  using Packs = Bits;
  static INLINE Bits read(const uint32_t* words, int) { return load_bits(words); }
  static INLINE Vector column(const Bits& packs, int index) {
    return as_floats(index == 0 ? packs << 16 : packs & 0xffff0000u);
  }
};

struct Wide {
  static constexpr int kColumns = 2, kWords = 2;
  using Packs = TwoBits;
  static INLINE TwoBits read(const uint32_t* words, int width) {
    return {load_bits(words), load_bits(words + width)};
  }
  static INLINE Vector column(const TwoBits& packs, int index) {
    return as_floats(index == 0 ? packs.first : packs.second);
  }
};

// sEEEEMMM becomes sssssEEEEMMM0000 and s0000EEEEMMM0000, a bfloat16 number.
struct EightBit {
  static constexpr int kColumns = 4, kWords = 1;
  using Packs = TwoBits;
  static INLINE TwoBits read(const uint32_t* words, int) {
    const Shorts bytes = (Shorts)load_bits(words);
    const int16_t mask = (int16_t)0x87f0;
    return {(Bits)(((bytes << 8) >> 4) & mask), (Bits)((bytes >> 4) & mask)};
  }
  static INLINE Vector column(const TwoBits& packs, int index) {
    const Bits pack = index % 2 == 0 ? packs.first : packs.second;
    return as_floats(index < 2 ? pack << 16 : pack & 0xffff0000u);
  }
};

// sums[p * T + t] = panel p times input p * T + t, for V vectors of rows of a panel of `width`.
template <class Weight, int P, int T, int V>
INLINE void multiply(const uint32_t* const* panels, const float* const* inputs, int groups,
                     int width, Vector (&sums)[P * T][V]) {
#pragma GCC unroll 16
  for (int index = 0; index < P * T; ++index)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sums[index][v] = Vector{};
  const uint32_t* words[P];
  for (int p = 0; p < P; ++p) words[p] = panels[p];
  for (int group = 0; group < groups; ++group) {
#pragma GCC unroll 4
    for (int p = 0; p < P; ++p) {
      const float* const* input = inputs + p * T;
      if constexpr (T == 2 && Weight::kColumns == 4 && !kManyRegisters) {
        // The rows need the registers: inputs are loaded anew for each of them.
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
          const typename Weight::Packs packs = Weight::read(words[p] + v * kLanes, width);
          const float* x[T];
#pragma GCC unroll 2
          for (int t = 0; t < T; ++t) x[t] = forget(input[t] + Weight::kColumns * group);
#pragma GCC unroll 4
          for (int column = 0; column < Weight::kColumns; ++column) {
            const Vector weight = Weight::column(packs, column);
#pragma GCC unroll 2
            for (int t = 0; t < T; ++t)
              sums[p * T + t][v] += weight * broadcast(x[t][column]);
          }
        }
      } else if constexpr (T * Weight::kColumns <= (kManyRegisters ? 8 : 4)) {
        // Few inputs: they stay in registers while the rows pass.
        Vector x[T][Weight::kColumns];
#pragma GCC unroll 4
        for (int t = 0; t < T; ++t)
#pragma GCC unroll 4
          for (int column = 0; column < Weight::kColumns; ++column)
            x[t][column] = broadcast(input[t][Weight::kColumns * group + column]);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
          const typename Weight::Packs packs = Weight::read(words[p] + v * kLanes, width);
#pragma GCC unroll 4
          for (int column = 0; column < Weight::kColumns; ++column) {
            const Vector weight = Weight::column(packs, column);
#pragma GCC unroll 4
            for (int t = 0; t < T; ++t) sums[p * T + t][v] += weight * x[t][column];
          }
        }
      } else {
        typename Weight::Packs packs[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) packs[v] = Weight::read(words[p] + v * kLanes, width);
#pragma GCC unroll 4
        for (int column = 0; column < Weight::kColumns; ++column) {
          Vector weight[V];
#pragma GCC unroll 4
          for (int v = 0; v < V; ++v) weight[v] = Weight::column(packs[v], column);
#pragma GCC unroll 4
          for (int t = 0; t < T; ++t) {
            const Vector x = broadcast(input[t][Weight::kColumns * group + column]);
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[p * T + t][v] += weight[v] * x;
          }
        }
      }
      words[p] += width * Weight::kWords;
    }
  }
}

#if defined(__AVX512BF16__)
// Inputs are pairs of bfloat16 numbers, as the weights are.
struct Dotted : Narrow {};

template <class Weight, int P, int T, int V>
INLINE void multiply_pairs(const uint32_t* const* panels, const float* const* inputs, int groups,
                           int width, Vector (&sums)[P * T][V]) {
  for (int index = 0; index < P * T; ++index)
    for (int v = 0; v < V; ++v) sums[index][v] = Vector{};
  const uint32_t* words[P];
  for (int p = 0; p < P; ++p) words[p] = panels[p];
  for (int group = 0; group < groups; ++group) {
#pragma GCC unroll 4
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 8
      for (int t = 0; t < T; ++t) {
        const __m512i x = _mm512_set1_epi32(((const int32_t*)inputs[p * T + t])[group]);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
          const __m512i weight = _mm512_loadu_si512(words[p] + v * kLanes);
          sums[p * T + t][v] =
              (Vector)_mm512_dpbf16_ps((__m512)sums[p * T + t][v], (__m512bh)weight, (__m512bh)x);
        }
      }
      words[p] += width;
    }
  }
}
#endif

template <class Weight, int P, int T, int V>
INLINE void multiply_as(const uint32_t* const* panels, const float* const* inputs, int groups,
                        int width, Vector (&sums)[P * T][V]) {
#if defined(__AVX512BF16__)
  if constexpr (std::is_same<Weight, Dotted>::value) {
    multiply_pairs<Weight, P, T, V>(panels, inputs, groups, width, sums);
    return;
  }
#endif
  multiply<Weight, P, T, V>(panels, inputs, groups, width, sums);
}

// A panel of eight-bit numbers in the layout that `Narrow` reads.
inline Panel widen_panel(const Panel& panel) {
  const int groups = panel.groups, width = panel.width;
  const uint32_t* words = panel.words;
  static thread_local Aligned<uint32_t> pairs;
  if (pairs.size() < (size_t)groups * 2 * width) pairs.resize((size_t)groups * 2 * width);
  uint32_t* target = pairs.data();
  for (int group = 0; group < groups; ++group, words += width, target += 2 * width)
    for (int row = 0; row < width; row += kLanes) {
      const TwoBits packs = EightBit::read(words + row, width);
      const Bits even = (packs.first & 0xffffu) | packs.second << 16;
      const Bits odd = packs.first >> 16 | (packs.second & 0xffff0000u);
      std::memcpy(target + row, &even, sizeof even);
      std::memcpy(target + width + row, &odd, sizeof odd);
    }
  return {pairs.data(), 2 * groups, width};
}

// A panel for T inputs, V vectors of rows at a time: raw sums to out[t * width + row].
template <class Weight, int T, int V>
INLINE void fill_tile(const Panel& panel, const float* const* inputs, float* out) {
  for (int part = 0; part < panel.width; part += V * kLanes) {
    const uint32_t* words = panel.words + part;
    Vector sums[T][V];
    multiply_as<Weight, 1, T, V>(&words, inputs, panel.groups, panel.width, sums);
    for (int t = 0; t < T; ++t)
      for (int v = 0; v < V; ++v) store(out + t * panel.width + part + v * kLanes, sums[t][v]);
  }
}

template <class Weight, int V>
void fill_panel(const Panel& panel, const float* const* inputs, int count, float* out) {
  constexpr int kHalf = kManyRegisters || V < 2 ? V : 2;
  if constexpr (std::is_same<Weight, EightBit>::value)
    if (count >= kManyInputs)
      return fill_panel<Narrow, V>(widen_panel(panel), inputs, count, out);
  const int width = panel.width;
  int done = 0;
  for (; done + 4 <= count; done += 4)
    fill_tile<Weight, 4, kHalf>(panel, inputs + done, out + done * width);
  inputs += done;
  out += done * width;
  if (count - done == 3) fill_tile<Weight, 3, kHalf>(panel, inputs, out);
  if (count - done == 2) fill_tile<Weight, 2, V>(panel, inputs, out);
  if (count - done == 1) fill_tile<Weight, 1, V>(panel, inputs, out);
}

// Two panels, each with an input of its own: enough independent sums to hide their latency.
template <class Weight, int V>
void fill_two(const Linear& linear, const uint32_t* const* panels, const float* const* inputs,
              float* out, float* second_out) {
  Vector sums[2][V];
  multiply_as<Weight, 2, 1, V>(panels, inputs, linear.groups, linear.panel_rows(), sums);
  for (int v = 0; v < V; ++v) {
    store(out + v * kLanes, sums[0][v]);
    store(second_out + v * kLanes, sums[1][v]);
  }
}

INLINE void apply_scale(const Linear& linear, int panel, int count, float* out) {
  const int width = linear.panel_rows();
  const float* scale = linear.scale.data() + panel * width;
  const float* bias = linear.bias.data() + panel * width;
  for (int t = 0; t < count; ++t)
    for (int v = 0; v < width; v += kLanes)
      store(out + t * width + v, load(out + t * width + v) * load(scale + v) + load(bias + v));
}

// Call `task` with the reader of a format. `dotted` inputs are bfloat16 pairs.
template <class Task>
INLINE void with_reader(const Linear& linear, bool dotted, Task task) {
  (void)dotted;
  if (linear.format == Format::kFloat) return task(Wide{});
  if (linear.format == Format::kEightBit) return task(EightBit{});
#if defined(__AVX512BF16__)
  if (dotted) return task(Dotted{});
#endif
  return task(Narrow{});
}

// out[t * panel_rows + row] = the panel's rows for each input, scaled, with bias.
inline void project(const Linear& linear, int panel, const float* const* inputs, int count,
                    bool dotted, float* out) {
  with_reader(linear, dotted, [&](auto reader) {
    using Weight = decltype(reader);
    switch (linear.vectors) {
      case 4: return fill_panel<Weight, 4>(linear.at(panel), inputs, count, out);
      case 2: return fill_panel<Weight, 2>(linear.at(panel), inputs, count, out);
      default: return fill_panel<Weight, 1>(linear.at(panel), inputs, count, out);
    }
  });
  apply_scale(linear, panel, count, out);
}

// The same for two panels of one shape, of one or of two linears, with one input each.
inline void project_two(const Linear& first, int first_panel, const Linear& second,
                        int second_panel, const float* const* inputs, bool dotted, float* out,
                        float* second_out) {
  with_reader(first, dotted, [&](auto reader) {
    using Weight = decltype(reader);
    const uint32_t* panels[2] = {first.panel(first_panel), second.panel(second_panel)};
    switch (first.vectors) {
      case 4: return fill_two<Weight, 4>(first, panels, inputs, out, second_out);
      case 2: return fill_two<Weight, 2>(first, panels, inputs, out, second_out);
      default: return fill_two<Weight, 1>(first, panels, inputs, out, second_out);
    }
  });
  apply_scale(first, first_panel, 1, out);
  apply_scale(second, second_panel, 1, second_out);
}
