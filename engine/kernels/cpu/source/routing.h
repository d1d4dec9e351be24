// The choice of experts, in float from end to end: sigmoid scores with a bias that only chooses.
#pragma once

#include <algorithm>
#include <vector>

#include "model.h"

// Which experts each row goes to, and the rows of each expert, both in ascending order.
struct Routing {
  int top_k;
  std::vector<int> experts;      // [rows, top_k]
  Floats weights;    // [rows, top_k]
  std::vector<int> used;         // experts that have rows
  std::vector<int> first;        // per used expert, where its rows begin; one more at the end
  std::vector<int> row, choice;  // the rows of all used experts, and which choice of theirs it is
  Floats scores;

  explicit Routing(const Geometry& geometry)
      : top_k(geometry.top_k),
        experts((size_t)geometry.slice_rows * geometry.top_k),
        weights((size_t)geometry.slice_rows * geometry.top_k),
        scores(2 * geometry.num_experts) {}
};

INLINE float dot(const float* a, const float* b, int count) {
  Vector sums[4] = {};
  int index = 0;
  for (; index + 4 * kLanes <= count; index += 4 * kLanes)
    for (int part = 0; part < 4; ++part)
      sums[part] += load(a + index + part * kLanes) * load(b + index + part * kLanes);
  for (; index + kLanes <= count; index += kLanes) sums[0] += load(a + index) * load(b + index);
  float sum = sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
  for (; index < count; ++index) sum += a[index] * b[index];
  return sum;
}

// Choose the experts of one row; equal scores go to the lower index.
inline void route(const FeedForward& layer, const Geometry& geometry, const float* normed, int row,
                  Routing& routing) {
  const int num_experts = geometry.num_experts, top_k = geometry.top_k;
  float *scores = routing.scores.data(), *choices = scores + num_experts;
  for (int expert = 0; expert < num_experts; ++expert) {
    const float* weight = layer.router.data() + (size_t)expert * geometry.hidden_size;
    scores[expert] = 1.0f / (1.0f + std::exp(-dot(normed, weight, geometry.hidden_size)));
    choices[expert] = scores[expert] + layer.correction_bias[expert];
  }
  int* chosen = routing.experts.data() + row * top_k;
  for (int place = 0; place < top_k; ++place) {
    int best = -1;
    for (int expert = 0; expert < num_experts; ++expert) {
      if (std::find(chosen, chosen + place, expert) != chosen + place) continue;
      if (best < 0 || choices[expert] > choices[best]) best = expert;
    }
    chosen[place] = best;
  }
  std::sort(chosen, chosen + top_k);
  float total = 1e-20f, *weights = routing.weights.data() + row * top_k;
  for (int place = 0; place < top_k; ++place) total += scores[chosen[place]];
  for (int place = 0; place < top_k; ++place) {
    const float weight = scores[chosen[place]];
    weights[place] = (geometry.normalize ? weight / total : weight) * geometry.scaling_factor;
  }
}

inline void group_by_expert(int num_rows, int num_experts, Routing& routing) {
  routing.used.clear();
  routing.first.clear();
  routing.row.clear();
  routing.choice.clear();
  for (int expert = 0; expert < num_experts; ++expert) {
    const size_t begin = routing.row.size();
    for (int index = 0; index < num_rows * routing.top_k; ++index) {
      if (routing.experts[index] != expert) continue;
      routing.row.push_back(index / routing.top_k);
      routing.choice.push_back(index % routing.top_k);
    }
    if (routing.row.size() == begin) continue;
    routing.used.push_back(expert);
    routing.first.push_back((int)begin);
  }
  routing.first.push_back((int)routing.row.size());
}
