// Attention of a few rows and one head of keys over a part of their context, in cache blocks.
//
// Softmax with a running maximum over short stretches of positions (Milakov and Gimelshein 2018,
// arXiv:1805.02867); the parts of a long context are merged by the same rule.
#pragma once

#include <algorithm>
#include <limits>

#include "rows.h"

constexpr int kStretch = 128;

// Queries that pass over a stretch of keys together.
constexpr int kQueries = 32;

inline int max_neighbors(int group) { return group < kQueries ? kQueries / group : 1; }

struct AttentionScratch {
  Floats scores;               // [queries, kStretch]
  Floats sums;                 // [queries, head_dim + 2]
  std::vector<size_t> places;  // [kStretch], where each position's keys begin
  AttentionScratch(int group, int head_dim)
      : scores((size_t)max_neighbors(group) * group * kStretch),
        sums((size_t)max_neighbors(group) * group * (head_dim + 2) + kLanes),
        places(kStretch) {}
};

// The context of a row as one head sees it.
struct HeadContext {
  const Geometry& geometry;
  const void *keys, *values;
  const int32_t* blocks;
  int head;

  size_t place(int position) const {
    const int block = blocks[position / geometry.block_size];
    const size_t slot = (size_t)block * geometry.block_size + position % geometry.block_size;
    return (slot * geometry.num_kv_heads + head) * geometry.head_dim;
  }
};

// Scores of kLanes positions for one query.
template <class Cached>
INLINE Vector score(const float* query, const Cached* keys, const size_t* places, int head_dim) {
  Vector sums[kLanes] = {};
  const int whole = head_dim / kLanes * kLanes;
  for (int index = 0; index < whole; index += kLanes) {
    const Vector part = load(query + index);
#pragma GCC unroll 16
    for (int lane = 0; lane < kLanes; ++lane) sums[lane] += part * load(keys + places[lane] + index);
  }
  Vector result = sums_of(sums);
  for (int index = whole; index < head_dim; ++index)
    for (int lane = 0; lane < kLanes; ++lane)
      result[lane] += query[index] * widen(keys[places[lane] + index]);
  return result;
}

// sums[g][v] += weight of each position times its value, for G queries and V vectors.
template <class Cached, int G, int V>
INLINE void add_values(const float* weights, const Cached* values, const size_t* places, int count,
                       float* sums, int stride) {
  Vector totals[G][V];
  for (int g = 0; g < G; ++g)
    for (int v = 0; v < V; ++v) totals[g][v] = load(sums + g * stride + v * kLanes);
  for (int index = 0; index < count; ++index) {
    Vector value[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) value[v] = load(values + places[index] + v * kLanes);
#pragma GCC unroll 2
    for (int g = 0; g < G; ++g) {
      const Vector weight = broadcast(weights[g * kStretch + index]);
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) totals[g][v] += weight * value[v];
    }
  }
  for (int g = 0; g < G; ++g)
    for (int v = 0; v < V; ++v) store(sums + g * stride + v * kLanes, totals[g][v]);
}

template <class Cached, int V>
INLINE void add_values_of_group(const float* weights, const Cached* values, const size_t* places,
                                int count, float* sums, int stride, int group) {
  int query = 0;
  for (; query + 2 <= group; query += 2)
    add_values<Cached, 2, V>(weights + query * kStretch, values, places, count,
                             sums + query * stride, stride);
  if (query < group)
    add_values<Cached, 1, V>(weights + query * kStretch, values, places, count,
                             sums + query * stride, stride);
}

template <class Cached>
void add_stretch(const Cached* values, const float* weights, const size_t* places, int count,
                 int head_dim, float* sums, int stride, int group) {
  int index = 0;
  for (; index + 4 * kLanes <= head_dim; index += 4 * kLanes)
    add_values_of_group<Cached, 4>(weights, values + index, places, count, sums + index, stride,
                                   group);
  for (; index + kLanes <= head_dim; index += kLanes)
    add_values_of_group<Cached, 1>(weights, values + index, places, count, sums + index, stride,
                                   group);
  for (; index < head_dim; ++index)
    for (int query = 0; query < group; ++query)
      for (int place = 0; place < count; ++place)
        sums[query * stride + index] +=
            weights[query * kStretch + place] * widen(values[places[place] + index]);
}

// Scores to weights e^(score - maximum); the running sums are rescaled to the new maximum.
INLINE void weigh(float* scores, int count, int head_dim, float* sums) {
  float &maximum_so_far = sums[head_dim], &total = sums[head_dim + 1];
  const int padded = round_up(count, kLanes);
  for (int index = count; index < padded; ++index) scores[index] = scores[count - 1];
  Vector largest = load(scores);
  for (int index = kLanes; index < padded; index += kLanes)
    largest = maximum(largest, load(scores + index));
  const float lane_maximum = maximum_of(largest);
  const float reached = lane_maximum > maximum_so_far ? lane_maximum : maximum_so_far;
  const float factor = exponential(broadcast(maximum_so_far - reached))[0];
  Vector added = {};
  for (int index = 0; index < padded; index += kLanes) {
    Vector weight = exponential(load(scores + index) - reached);
    for (int lane = count - index; lane < kLanes; ++lane) weight[lane] = 0.0f;
    store(scores + index, weight);
    added += weight;
  }
  for (int index = 0; index < head_dim; ++index) sums[index] *= factor;
  total = total * factor + sum_of(added);
  maximum_so_far = reached;
}

// The rows that attend together: queries [rows, query_width] and positions, counting up.
struct Neighbors {
  const float* queries;
  int query_width, group, num_rows, first_position;
};

INLINE void clear_sums(float* sums, int count, int head_dim) {
  for (int query = 0; query < count; ++query) {
    float* mine = sums + query * (head_dim + 2);
    std::fill(mine, mine + head_dim, 0.0f);
    mine[head_dim] = -std::numeric_limits<float>::max();
    mine[head_dim + 1] = 0.0f;
  }
}

// Over positions begin to end, of which a row sees those up to its own. Leaves in the scratch, for
// each row and query, the values not yet divided, the largest score and the sum of weights.
template <class Cached>
void attend(const HeadContext& context, const Neighbors& rows, int begin, int end,
            AttentionScratch& scratch) {
  const int head_dim = context.geometry.head_dim, stride = head_dim + 2, group = rows.group;
  float* sums = scratch.sums.data();
  clear_sums(sums, rows.num_rows * group, head_dim);
  const Cached *keys = (const Cached*)context.keys, *values = (const Cached*)context.values;
  for (; begin < end; begin += kStretch) {
    const int count = end - begin < kStretch ? end - begin : kStretch;
    for (int index = 0; index < round_up(count, kLanes); ++index)
      scratch.places[index] = index < count ? context.place(begin + index)
                                            : scratch.places[count - 1];
    const int first = begin > rows.first_position ? begin - rows.first_position : 0;
    for (int row = first; row < rows.num_rows; ++row) {
      const int seen = std::min(count, rows.first_position + row + 1 - begin);
      for (int query = row * group; query < (row + 1) * group; ++query) {
        const float* source = rows.queries + (size_t)row * rows.query_width +
                              (query - row * group) * head_dim;
        float* scores = scratch.scores.data() + query * kStretch;
        for (int index = 0; index < seen; index += kLanes)
          store(scores + index, score(source, keys, scratch.places.data() + index, head_dim));
        weigh(scores, seen, head_dim, sums + query * stride);
        std::fill(scores + seen, scores + count, 0.0f);
      }
    }
    add_stretch(values, scratch.scores.data() + first * group * kStretch, scratch.places.data(),
                count, head_dim, sums + first * group * stride, stride,
                (rows.num_rows - first) * group);
  }
}

// Merge the parts of one query, `part_stride` apart, into an input of the projection.
INLINE void merge_parts(const float* sums, int num_parts, size_t part_stride, int head_dim,
                        float* output) {
  float largest = sums[head_dim];
  for (int part = 1; part < num_parts; ++part) {
    const float candidate = sums[part * part_stride + head_dim];
    largest = candidate > largest ? candidate : largest;
  }
  float total = 0.0f;
  for (int index = 0; index < head_dim; ++index) output[index] = 0.0f;
  for (int part = 0; part < num_parts; ++part) {
    const float* mine = sums + part * part_stride;
    const float factor = exponential(broadcast(mine[head_dim] - largest))[0];
    total += mine[head_dim + 1] * factor;
    for (int index = 0; index < head_dim; ++index) output[index] += mine[index] * factor;
  }
  const float inverse = kInputFactor / total;
  for (int index = 0; index < head_dim; ++index) output[index] *= inverse;
}
