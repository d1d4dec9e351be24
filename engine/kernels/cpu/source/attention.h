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
constexpr int kQueries = 64;
// From so many on, keys are turned first, so that positions are lanes.
constexpr int kTurnedQueries = 16;
// Not a power of two, whose multiples would share few cache lines.
constexpr int kTurnedStride = kStretch + 16;

inline int max_neighbors(int group) { return group < kQueries ? kQueries / group : 1; }

// Of some neighbors and one head of keys, or of one row and all heads.
inline int most_queries(int num_heads, int group) {
  return std::max(max_neighbors(group) * group, num_heads);
}

struct AttentionScratch {
  Floats scores;               // [queries, kStretch]
  Floats sums;                 // [queries, head_dim + 2]
  Floats turned;               // [head_dim, kTurnedStride], a stretch of keys
  Floats gathered;             // [kStretch, head_dim], a stretch of values
  std::vector<size_t> places;  // [kStretch], where each position's keys begin
  std::vector<size_t> steps;   // [kStretch], the same in `gathered`
  std::vector<const float*> queries;
  AttentionScratch(int num_heads, int group, int head_dim)
      : scores((size_t)most_queries(num_heads, group) * kStretch),
        sums((size_t)most_queries(num_heads, group) * (head_dim + 2) + kLanes),
        turned((size_t)head_dim * kTurnedStride),
        gathered((size_t)head_dim * kStretch),
        places(kStretch),
        steps(kStretch),
        queries((size_t)most_queries(num_heads, group)) {
    for (int index = 0; index < kStretch; ++index) steps[index] = (size_t)index * head_dim;
  }
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

  // Where `count` positions lie, and up to a whole vector the last of them again.
  void find_places(int begin, int count, size_t* places) const {
    const size_t step = (size_t)geometry.num_kv_heads * geometry.head_dim;
    for (int index = 0; index < count;) {
      const int position = begin + index;
      const int left = geometry.block_size - position % geometry.block_size;
      const size_t first = place(position);
      const int end = std::min(index + left, count);
      for (int offset = 0; index < end; ++index, ++offset) places[index] = first + offset * step;
    }
    for (int index = count; index < round_up(count, kLanes); ++index)
      places[index] = places[count - 1];
  }
};

// Positions of one head lie further apart than the processor's own prefetching looks.
constexpr int kAhead = 2 * kLanes;

template <class Cached>
INLINE void fetch(const Cached* row, int head_dim) {
  for (int index = 0; index < head_dim; index += 64 / (int)sizeof(Cached))
    __builtin_prefetch(row + index);
}

// Scores of kLanes positions for Q queries.
template <class Cached, int Q>
INLINE void score(const float* const* queries, const Cached* keys, const size_t* places,
                  int head_dim, float* scores) {
  const int whole = head_dim / kLanes * kLanes;
  Vector fours[Q][kLanes / 4];
#pragma GCC unroll 4
  for (int four = 0; four < kLanes / 4; ++four) {
    const size_t* place = places + 4 * four;
    Vector sums[Q][4];
#pragma GCC unroll 2
    for (int q = 0; q < Q; ++q)
#pragma GCC unroll 4
      for (int lane = 0; lane < 4; ++lane) sums[q][lane] = Vector{};
    for (int index = 0; index < whole; index += kLanes) {
      Vector query[Q];
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) query[q] = load(queries[q] + index);
#pragma GCC unroll 4
      for (int lane = 0; lane < 4; ++lane) {
        const Vector key = load(keys + place[lane] + index);
#pragma GCC unroll 2
        for (int q = 0; q < Q; ++q) sums[q][lane] += query[q] * key;
      }
    }
#pragma GCC unroll 2
    for (int q = 0; q < Q; ++q) fours[q][four] = sums_of_four(sums[q]);
  }
#pragma GCC unroll 2
  for (int q = 0; q < Q; ++q) {
    Vector result = add_fours(fours[q]);
    for (int index = whole; index < head_dim; ++index)
      for (int lane = 0; lane < kLanes; ++lane)
        result[lane] += queries[q][index] * widen(keys[places[lane] + index]);
    store(scores + q * kStretch, result);
  }
}

// Scores of kLanes positions for all queries of a head.
template <class Cached>
INLINE void score_group(const float* const* queries, const Cached* keys, const size_t* places,
                        int head_dim, int group, float* scores) {
  int query = 0;
  for (; query + 2 <= group; query += 2)
    score<Cached, 2>(queries + query, keys, places, head_dim, scores + query * kStretch);
  if (query < group)
    score<Cached, 1>(queries + query, keys, places, head_dim, scores + query * kStretch);
}

// Turn `count` positions (a multiple of kLanes) of keys.
template <class Cached>
INLINE void turn_keys(const Cached* keys, const size_t* places, int count, int head_dim,
                      float* turned) {
  for (int position = 0; position < count; position += kLanes) {
    int index = 0;
    for (; index + kLanes <= head_dim; index += kLanes) {
      Vector rows[kLanes];
#pragma GCC unroll 16
      for (int lane = 0; lane < kLanes; ++lane)
        rows[lane] = load(keys + places[position + lane] + index);
      transpose(rows);
#pragma GCC unroll 16
      for (int lane = 0; lane < kLanes; ++lane)
        store(turned + (index + lane) * kTurnedStride + position, rows[lane]);
    }
    for (; index < head_dim; ++index)
      for (int lane = 0; lane < kLanes; ++lane)
        turned[index * kTurnedStride + position + lane] = widen(keys[places[position + lane] + index]);
  }
}

// The sums that lanes `Lane` to `Lane + Width` of the products of whole vectors give, added as
// `sums_of` adds them; for Q queries and P vectors of positions.
template <int Lane, int Width, int Q, int P>
INLINE void add_lanes(const float* const* queries, const float* turned, int whole,
                      Vector (&sums)[Q][P]) {
  if constexpr (Width == 1) {
    for (int q = 0; q < Q; ++q)
      for (int p = 0; p < P; ++p) sums[q][p] = Vector{};
    for (int index = Lane; index < whole; index += kLanes) {
      Vector keys[P];
#pragma GCC unroll 2
      for (int p = 0; p < P; ++p) {
        keys[p] = load(turned + index * kTurnedStride + p * kLanes);
        keep(keys[p]);
      }
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) {
        const Vector query = broadcast(queries[q][index]);
#pragma GCC unroll 2
        for (int p = 0; p < P; ++p) sums[q][p] += query * keys[p];
      }
    }
  } else {
    Vector others[Q][P];
    add_lanes<Lane, Width / 2, Q, P>(queries, turned, whole, sums);
    add_lanes<Lane + Width / 2, Width / 2, Q, P>(queries, turned, whole, others);
#pragma GCC unroll 2
    for (int q = 0; q < Q; ++q)
#pragma GCC unroll 2
      for (int p = 0; p < P; ++p) sums[q][p] = sums[q][p] + others[q][p];
  }
}

// Scores of Q queries over turned keys, the same bits as `score` gives.
template <int Q, int P>
INLINE void score_turned(const float* const* queries, const float* turned, int head_dim,
                         float* scores) {
  const int whole = head_dim / kLanes * kLanes;
  Vector sums[Q][P];
  add_lanes<0, kLanes, Q, P>(queries, turned, whole, sums);
  for (int index = whole; index < head_dim; ++index)
    for (int q = 0; q < Q; ++q)
      for (int p = 0; p < P; ++p)
        sums[q][p] += broadcast(queries[q][index]) * load(turned + index * kTurnedStride + p * kLanes);
  for (int q = 0; q < Q; ++q)
    for (int p = 0; p < P; ++p) store(scores + q * kStretch + p * kLanes, sums[q][p]);
}

// sums[g][v] += weight of each position times its value, for G queries and V vectors.
template <class Cached, int G, int V>
INLINE void add_values(const float* weights, const Cached* values, const size_t* places, int count,
                       float* sums, int stride) {
  Vector totals[G][V];
  for (int g = 0; g < G; ++g)
    for (int v = 0; v < V; ++v) totals[g][v] = load(sums + g * stride + v * kLanes);
  for (int index = 0; index < count; ++index) {
    if (index + kAhead < count) fetch(values + places[index + kAhead], V * kLanes);
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
  std::fill(scores + count, scores + padded, scores[count - 1]);
  Vector largest = load(scores);
  for (int next = kLanes; next < padded; next += kLanes)
    largest = maximum(largest, load(scores + next));
  const float lane_maximum = maximum_of(largest);
  const float reached = lane_maximum > maximum_so_far ? lane_maximum : maximum_so_far;
  const float factor = exponential_below(broadcast(maximum_so_far - reached))[0];
  Vector added = {};
  int index = 0;
  for (; index + kLanes <= count; index += kLanes) {
    const Vector weight = exponential_below(load(scores + index) - reached);
    store(scores + index, weight);
    added += weight;
  }
  if (index < count) {
    store(scores + index, exponential_below(load(scores + index) - reached));
    std::fill(scores + count, scores + padded, 0.0f);
    added += load(scores + index);
  }
  for (index = 0; index < head_dim; ++index) sums[index] *= factor;
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

template <class Cached>
INLINE void gather_values(const Cached* values, const size_t* places, int count, int head_dim,
                          float* gathered) {
  for (int index = 0; index < count; ++index) {
    const Cached* source = values + places[index];
    float* target = gathered + index * head_dim;
    int column = 0;
    for (; column + kLanes <= head_dim; column += kLanes) store(target + column, load(source + column));
    for (; column < head_dim; ++column) target[column] = widen(source[column]);
  }
}

// Scores of all queries from row `first` on, for the positions of the scratch.
template <class Cached>
INLINE void score_stretch(const Cached* keys, const Neighbors& rows, int first, int count,
                          int head_dim, AttentionScratch& scratch) {
  const int padded = round_up(count, kLanes), end = rows.num_rows * rows.group;
  const float* const* queries = scratch.queries.data();
  float* scores = scratch.scores.data();
  int query = first * rows.group;
  if (end - query >= kTurnedQueries) {
    const float* turned = scratch.turned.data();
    turn_keys(keys, scratch.places.data(), padded, head_dim, scratch.turned.data());
    for (; query + 2 <= end; query += 2) {
      int index = 0;
      for (; index + 2 * kLanes <= padded; index += 2 * kLanes)
        score_turned<2, 2>(queries + query, turned + index, head_dim, scores + query * kStretch + index);
      if (index < padded)
        score_turned<2, 1>(queries + query, turned + index, head_dim, scores + query * kStretch + index);
    }
  }
  for (; query < end; query += 2) {
    for (int index = 0; index < padded; index += kLanes) {
      const size_t* places = scratch.places.data() + index;
      float* target = scores + query * kStretch + index;
      for (int lane = 0; lane < kLanes && index + kAhead + lane < padded; ++lane)
        fetch(keys + places[kAhead + lane], head_dim);
      if (query + 1 < end)
        score<Cached, 2>(queries + query, keys, places, head_dim, target);
      else
        score<Cached, 1>(queries + query, keys, places, head_dim, target);
    }
  }
}

// Over positions begin to end, of which a row sees those up to its own. Leaves in the scratch, for
// each row and query, the values not yet divided, the largest score and the sum of weights.
template <class Cached>
void attend(const HeadContext& context, const Neighbors& rows, int begin, int end,
            AttentionScratch& scratch) {
  const int head_dim = context.geometry.head_dim, stride = head_dim + 2, group = rows.group;
  float *sums = scratch.sums.data(), *scores = scratch.scores.data();
  clear_sums(sums, rows.num_rows * group, head_dim);
  for (int row = 0; row < rows.num_rows; ++row)
    for (int query = 0; query < group; ++query)
      scratch.queries[row * group + query] =
          rows.queries + (size_t)row * rows.query_width + query * head_dim;
  const Cached *keys = (const Cached*)context.keys, *values = (const Cached*)context.values;
  for (; begin < end; begin += kStretch) {
    const int count = std::min(end - begin, kStretch);
    context.find_places(begin, count, scratch.places.data());
    const int first = std::max(0, begin - rows.first_position);
    score_stretch(keys, rows, first, count, head_dim, scratch);
    for (int query = first * rows.group; query < rows.num_rows * group; ++query) {
      const int seen = std::min(count, rows.first_position + query / group + 1 - begin);
      weigh(scores + query * kStretch, seen, head_dim, sums + query * stride);
      std::fill(scores + query * kStretch + seen, scores + query * kStretch + count, 0.0f);
    }
    const int queries = (rows.num_rows - first) * group;
    float* weights = scores + first * group * kStretch;
    float* totals = sums + first * group * stride;
    if (queries < kTurnedQueries) {
      add_stretch(values, weights, scratch.places.data(), count, head_dim, totals, stride, queries);
      continue;
    }
    float* gathered = scratch.gathered.data();
    gather_values(values, scratch.places.data(), count, head_dim, gathered);
    add_stretch(gathered, weights, scratch.steps.data(), count, head_dim, totals, stride, queries);
  }
}

// One row, all heads: what lies side by side in the cache is read in that order. Leaves in the
// scratch what `attend` leaves, for each query of each head, and the same bits. `context` is that of
// the first head.
template <class Cached>
void attend_all_heads(const HeadContext& context, const float* queries, int num_heads, int begin,
                      int end, AttentionScratch& scratch) {
  constexpr int kTogether = 2 * kLanes;
  const int head_dim = context.geometry.head_dim, stride = head_dim + 2;
  const int kv_heads = context.geometry.num_kv_heads, group = num_heads / kv_heads;
  const Cached *keys = (const Cached*)context.keys, *values = (const Cached*)context.values;
  float *sums = scratch.sums.data(), *scores = scratch.scores.data();
  const size_t* places = scratch.places.data();
  clear_sums(sums, num_heads, head_dim);
  for (int query = 0; query < num_heads; ++query) scratch.queries[query] = queries + query * head_dim;
  for (; begin < end; begin += kStretch) {
    const int count = std::min(end - begin, kStretch), padded = round_up(count, kLanes);
    context.find_places(begin, count, scratch.places.data());
    for (int first = 0; first < padded; first += kTogether) {
      const int last = std::min(first + kTogether, padded);
      for (int head = 0; head < kv_heads; ++head) {
        const Cached* mine = keys + head * head_dim;
        for (int next = last; next < std::min(last + kTogether, padded); ++next)
          fetch(mine + places[next], head_dim);
        for (int index = first; index < last; index += kLanes)
          score_group(scratch.queries.data() + head * group, mine, places + index, head_dim, group,
                      scores + head * group * kStretch + index);
      }
    }
    for (int query = 0; query < num_heads; ++query)
      weigh(scores + query * kStretch, count, head_dim, sums + query * stride);
    for (int first = 0; first < count; first += kTogether) {
      const int last = std::min(first + kTogether, count);
      for (int head = 0; head < kv_heads; ++head) {
        const Cached* mine = values + head * head_dim;
        for (int next = last; next < std::min(last + kTogether, count); ++next)
          fetch(mine + places[next], head_dim);
        add_stretch(mine, scores + head * group * kStretch + first, places + first, last - first,
                    head_dim, sums + head * group * stride, stride, group);
      }
    }
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
    const float factor = exponential_below(broadcast(mine[head_dim] - largest))[0];
    total += mine[head_dim + 1] * factor;
    for (int index = 0; index < head_dim; ++index) output[index] += mine[index] * factor;
  }
  const float inverse = kInputFactor / total;
  for (int index = 0; index < head_dim; ++index) output[index] *= inverse;
}
