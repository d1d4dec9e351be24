// Linear maps whose weights lie in panels: the part that decides the speed of a step.
//
// A panel holds a few vectors of output rows; for each pair of columns it lists the pair of every
// row. So weights are read as one stream, every output is a lane that sums its columns in their
// order, whatever the number of inputs, and nothing is summed across lanes. Weights are bfloat16
// (or eight-bit numbers, which are exact in it) or float, with a factor per row.
#pragma once

#include <functional>
#include <vector>

#include "vectors.h"

constexpr int kPanelVectors = 4;
constexpr int kPanelRows = kPanelVectors * kLanes;
constexpr int kTileInputs = 4;

struct Linear {
  int rows = 0;           // rows that count, without padding
  int pairs = 0;          // pairs of columns
  int vectors = 4;        // vectors of rows in a panel: 1, 2 or 4
  int panels = 0;
  bool wide = false;      // float instead of bfloat16
  std::vector<uint32_t> data;
  std::vector<float> scale, bias;  // [panels * panel_rows()]

  int panel_rows() const { return vectors * kLanes; }
  size_t panel_words() const { return (size_t)pairs * panel_rows() * (wide ? 2 : 1); }
  const uint32_t* panel(int index) const { return data.data() + index * panel_words(); }
};

// The most vectors per panel that waste at most an eighth of the rows.
inline int choose_vectors(int rows) {
  for (int vectors = kPanelVectors; vectors > 1; vectors /= 2)
    if (round_up(rows, vectors * kLanes) * 8 <= rows * 9) return vectors;
  return 1;
}

// Fill `linear` (its rows, vectors, panels and wide are set) from row-major weights: `source_row`
// names the row that comes to each place, or -1 for padding.
inline void pack(Linear& linear, const void* weights, int columns, const float* scale,
                 const float* bias, const std::function<int(int)>& source_row) {
  linear.pairs = (columns + 1) / 2;
  const int width = linear.panel_rows(), places = linear.panels * width;
  linear.data.assign(linear.panel_words() * linear.panels, 0);
  linear.scale.assign(places, 1.0f);
  linear.bias.assign(places, 0.0f);
  for (int place = 0; place < places; ++place) {
    const int row = source_row(place);
    if (row < 0) continue;
    if (scale) linear.scale[place] = scale[row];
    if (bias) linear.bias[place] = bias[row];
    uint32_t* panel = linear.data.data() + place / width * linear.panel_words() + place % width;
    for (int column = 0; column < columns; ++column) {
      const size_t from = (size_t)row * columns + column;
      if (linear.wide) {
        panel[(size_t)column * width] = ((const uint32_t*)weights)[from];
      } else {
        const uint32_t half = ((const uint16_t*)weights)[from];
        panel[(size_t)(column / 2) * width] |= column % 2 ? half << 16 : half;
      }
    }
  }
}

struct Narrow {
  static constexpr int kWords = 1;
  static INLINE void read(const uint32_t* words, int, Vector& first, Vector& second) {
    Bits bits;
    std::memcpy(&bits, words, sizeof bits);
    first = as_floats(bits << 16);
    second = as_floats(bits & 0xffff0000u);
  }
};

struct Wide {
  static constexpr int kWords = 2;
  static INLINE void read(const uint32_t* words, int width, Vector& first, Vector& second) {
    std::memcpy(&first, words, sizeof first);
    std::memcpy(&second, words + width, sizeof second);
  }
};

// sums[p * T + t] = panel p times input p * T + t, for V vectors of rows of a panel of `width`.
template <class Weight, int P, int T, int V>
INLINE void multiply(const uint32_t* const* panels, const float* const* inputs, int pairs,
                     int width, Vector (&sums)[P * T][V]) {
#pragma GCC unroll 16
  for (int index = 0; index < P * T; ++index)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sums[index][v] = Vector{};
  const uint32_t* words[P];
  for (int p = 0; p < P; ++p) words[p] = panels[p];
  for (int pair = 0; pair < pairs; ++pair) {
#pragma GCC unroll 4
    for (int p = 0; p < P; ++p) {
      Vector first[V], second[V];
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v)
        Weight::read(words[p] + v * kLanes, width, first[v], second[v]);
#pragma GCC unroll 8
      for (int t = 0; t < T; ++t) {
        const Vector x = broadcast(inputs[p * T + t][2 * pair]);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) sums[p * T + t][v] += first[v] * x;
      }
#pragma GCC unroll 8
      for (int t = 0; t < T; ++t) {
        const Vector x = broadcast(inputs[p * T + t][2 * pair + 1]);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) sums[p * T + t][v] += second[v] * x;
      }
      words[p] += width * Weight::kWords;
    }
  }
}

#if defined(__AVX512BF16__)
// Inputs are pairs of bfloat16 numbers, as the weights are.
struct Dotted : Narrow {};

template <class Weight, int P, int T, int V>
INLINE void multiply_pairs(const uint32_t* const* panels, const float* const* inputs, int pairs,
                           int width, Vector (&sums)[P * T][V]) {
  for (int index = 0; index < P * T; ++index)
    for (int v = 0; v < V; ++v) sums[index][v] = Vector{};
  const uint32_t* words[P];
  for (int p = 0; p < P; ++p) words[p] = panels[p];
  for (int pair = 0; pair < pairs; ++pair) {
#pragma GCC unroll 4
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 8
      for (int t = 0; t < T; ++t) {
        const __m512i x = _mm512_set1_epi32(((const int32_t*)inputs[p * T + t])[pair]);
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
INLINE void multiply_as(const uint32_t* const* panels, const float* const* inputs, int pairs,
                        int width, Vector (&sums)[P * T][V]) {
#if defined(__AVX512BF16__)
  if constexpr (std::is_same<Weight, Dotted>::value) {
    multiply_pairs<Weight, P, T, V>(panels, inputs, pairs, width, sums);
    return;
  }
#endif
  multiply<Weight, P, T, V>(panels, inputs, pairs, width, sums);
}

// One panel of `linear` for T inputs, V vectors at a time: raw sums to out[t * width + row].
template <class Weight, int T, int V>
INLINE void fill_tile(const Linear& linear, int panel, const float* const* inputs, float* out) {
  const int width = linear.panel_rows();
  for (int part = 0; part < linear.vectors; part += V) {
    const uint32_t* words = linear.panel(panel) + part * kLanes;
    Vector sums[T][V];
    multiply_as<Weight, 1, T, V>(&words, inputs, linear.pairs, width, sums);
    for (int t = 0; t < T; ++t)
      for (int v = 0; v < V; ++v) store(out + t * width + (part + v) * kLanes, sums[t][v]);
  }
}

template <class Weight, int V>
void fill_panel(const Linear& linear, int panel, const float* const* inputs, int count,
                float* out) {
  constexpr int kHalf = kManyRegisters || V < 2 ? V : 2;
  const int width = linear.panel_rows();
  int done = 0;
  for (; done + 4 <= count; done += 4)
    fill_tile<Weight, 4, kHalf>(linear, panel, inputs + done, out + done * width);
  if (count - done == 3)
    fill_tile<Weight, 3, kHalf>(linear, panel, inputs + done, out + done * width);
  else if (count - done == 2)
    fill_tile<Weight, 2, V>(linear, panel, inputs + done, out + done * width);
  else if (count - done == 1)
    fill_tile<Weight, 1, V>(linear, panel, inputs + done, out + done * width);
}

// Two panels, each with an input of its own: enough independent sums to hide their latency.
template <class Weight, int V>
void fill_two(const Linear& first, int first_panel, const Linear& second, int second_panel,
              const float* const* inputs, float* out, float* second_out) {
  const uint32_t* words[2] = {first.panel(first_panel), second.panel(second_panel)};
  Vector sums[2][V];
  multiply_as<Weight, 2, 1, V>(words, inputs, first.pairs, first.panel_rows(), sums);
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

template <class Weight>
void fill_as(const Linear& linear, int panel, const float* const* inputs, int count, float* out) {
  switch (linear.vectors) {
    case 4: return fill_panel<Weight, 4>(linear, panel, inputs, count, out);
    case 2: return fill_panel<Weight, 2>(linear, panel, inputs, count, out);
    default: return fill_panel<Weight, 1>(linear, panel, inputs, count, out);
  }
}

// out[t * panel_rows + row] = the panel's rows for each input, scaled, with bias.
inline void project(const Linear& linear, int panel, const float* const* inputs, int count,
                    bool dotted, float* out) {
  (void)dotted;
  if (linear.wide) fill_as<Wide>(linear, panel, inputs, count, out);
#if defined(__AVX512BF16__)
  else if (dotted) fill_as<Dotted>(linear, panel, inputs, count, out);
#endif
  else fill_as<Narrow>(linear, panel, inputs, count, out);
  apply_scale(linear, panel, count, out);
}

template <class Weight>
void fill_two_as(const Linear& first, int first_panel, const Linear& second, int second_panel,
                 const float* const* inputs, float* out, float* second_out) {
  switch (first.vectors) {
    case 4:
      return fill_two<Weight, 4>(first, first_panel, second, second_panel, inputs, out, second_out);
    case 2:
      return fill_two<Weight, 2>(first, first_panel, second, second_panel, inputs, out, second_out);
    default:
      return fill_two<Weight, 1>(first, first_panel, second, second_panel, inputs, out, second_out);
  }
}

// The same for two panels of one shape, of one or of two linears, with one input each.
inline void project_two(const Linear& first, int first_panel, const Linear& second,
                        int second_panel, const float* const* inputs, bool dotted, float* out,
                        float* second_out) {
  (void)dotted;
  if (first.wide) fill_two_as<Wide>(first, first_panel, second, second_panel, inputs, out, second_out);
#if defined(__AVX512BF16__)
  else if (dotted)
    fill_two_as<Dotted>(first, first_panel, second, second_panel, inputs, out, second_out);
#endif
  else
    fill_two_as<Narrow>(first, first_panel, second, second_panel, inputs, out, second_out);
  apply_scale(first, first_panel, 1, out);
  apply_scale(second, second_panel, 1, second_out);
}
