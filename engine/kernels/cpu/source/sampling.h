// Draws one token from a row of logits, as sampling/sampler.py does: temperature, top-k, top-p of
// what is left, min-p, then the inverse of the cumulative distribution at a number that depends on
// seed and position alone.
//
// Only the likeliest tokens are sorted: all filters keep a prefix of the sorted order, and a draw
// rarely lies beyond it. If it does, more are sorted.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "vectors.h"

constexpr double kGreedyBelow = 1e-5;
constexpr int kWideLanes = kLanes / 2;
typedef double WideVector __attribute__((vector_size(kWideLanes * 8)));
typedef int64_t WideIntegers __attribute__((vector_size(kWideLanes * 8)));
typedef float HalfVector __attribute__((vector_size(kWideLanes * 4)));

// e to the power of each lane, to the last bit or two; 0 below -700.
INLINE WideVector exponential(WideVector x) {
  const WideVector clamped = x < -700.0 ? WideVector{} - 700.0 : x;
  const WideVector shift = WideVector{} + 6755399441055744.0;
  WideVector turns = clamped * 1.4426950408889634 + shift;
  const WideIntegers exponent = (WideIntegers)turns - (WideIntegers)shift;
  turns -= shift;
  const WideVector rest = (clamped - turns * 6.93147180369123816490e-01) - turns * 1.90821492927058770002e-10;
  WideVector power = WideVector{} + 1.0 / 6227020800.0;
  for (const double factorial : {479001600.0, 39916800.0, 3628800.0, 362880.0, 40320.0, 5040.0,
                                 720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0})
    power = power * rest + 1.0 / factorial;
  const WideVector result = power * (WideVector)((exponent + 1023) << 52);
  return x < -700.0 ? WideVector{} : result;
}

struct Sampling {
  double temperature, top_p, min_p;
  int64_t seed, position;
  int top_k;
};

// SplitMix64's finalizer, as in sampling/noise.py.
INLINE uint64_t mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
  return bits ^ (bits >> 31);
}

INLINE double uniform(int64_t seed, int64_t position) {
  const uint64_t gamma = 0x9E3779B97F4A7C15u;
  const uint64_t bits = mix(mix((uint64_t)seed + gamma) ^ mix((uint64_t)position * gamma));
  return (double)(bits >> 11) * 0x1p-53;
}

class Sampler {
 public:
  // The token, or -1 if the logits are not finite.
  int draw(const float* logits, int vocab_size, const Sampling& sampling) {
    float largest = 0.0f;
    if (!find_largest(logits, vocab_size, largest)) return -1;
    if (sampling.temperature < kGreedyBelow) {
      int token = 0;
      while (logits[token] != largest) ++token;
      return token;
    }
    const double total = weigh(logits, vocab_size, (double)largest, sampling.temperature);
    for (const double threshold : {0x1p-6, 0x1p-9, 0x1p-13, 0.0}) {
      collect(logits, vocab_size, threshold);
      const int token = pick(vocab_size, total, sampling);
      if (token >= 0) return token;
    }
    return (int)(uint32_t)order_.back();
  }

 private:
  static bool find_largest(const float* logits, int count, float& largest) {
    Vector highest = broadcast(-std::numeric_limits<float>::infinity()), nothing = {};
    int index = 0;
    for (; index + kLanes <= count; index += kLanes) {
      const Vector part = load(logits + index);
      nothing += part - part;
      highest = maximum(highest, part);
    }
    float sum = sum_of(nothing);
    largest = maximum_of(highest);
    for (; index < count; ++index) {
      sum += logits[index] - logits[index];
      largest = logits[index] > largest ? logits[index] : largest;
    }
    return sum == 0.0f;
  }

  // Unnormalized probabilities, 1 for the likeliest; returns their sum.
  double weigh(const float* logits, int count, double largest, double temperature) {
    weights_.resize(round_up(count, kWideLanes));
    const double highest = largest / temperature;
    WideVector sums = {};
    int index = 0;
    for (; index + kWideLanes <= count; index += kWideLanes)
      sums += weigh_lanes(logits + index, index, highest, temperature);
    if (index < count) {
      float lanes[kWideLanes];
      std::fill(lanes, lanes + kWideLanes, -std::numeric_limits<float>::max());
      std::copy(logits + index, logits + count, lanes);
      sums += weigh_lanes(lanes, index, highest, temperature);
    }
    double total = 0.0;
    for (int lane = 0; lane < kWideLanes; ++lane) total += sums[lane];
    return total;
  }

  INLINE WideVector weigh_lanes(const float* logits, int place, double highest, double temperature) {
    HalfVector lanes;
    std::memcpy(&lanes, logits, sizeof lanes);
    const WideVector scaled = __builtin_convertvector(lanes, WideVector) / temperature;
    const WideVector weight = exponential(scaled - highest);
    std::memcpy(weights_.data() + place, &weight, sizeof weight);
    return weight;
  }

  // The tokens whose weight reaches the threshold, the likeliest first, of equals the lowest id.
  void collect(const float* logits, int count, double threshold) {
    order_.clear();
    for (int token = 0; token < count; ++token) {
      if (weights_[token] < threshold) continue;
      uint32_t bits;
      const float logit = logits[token] + 0.0f;  // -0 sorts as 0 does
      std::memcpy(&bits, &logit, sizeof bits);
      const uint32_t descending = bits >> 31 ? bits : ~bits & 0x7fffffffu;
      order_.push_back((uint64_t)descending << 32 | (uint32_t)token);
    }
    std::sort(order_.begin(), order_.end());
  }

  // The drawn token, or -1 if it depends on tokens that were not collected.
  int pick(int vocab_size, double total, const Sampling& sampling) {
    const int count = (int)order_.size();
    const bool complete = count == vocab_size;
    const int top_k = sampling.top_k > 0 ? std::min(sampling.top_k, vocab_size) : vocab_size;
    if (top_k < vocab_size && count < top_k) return -1;
    double kept_sum = top_k < vocab_size ? 0.0 : 1.0;
    for (int rank = 0; top_k < vocab_size && rank < top_k; ++rank) kept_sum += probability(rank, total);
    const double allowed = sampling.top_p * kept_sum;
    const double least = sampling.min_p * probability(0, total);
    cumulative_.clear();
    double sum = 0.0;
    bool ended = false;
    for (int rank = 0; rank < count && !ended; ++rank) {
      const double share = probability(rank, total);
      const double through = sum + share;
      ended = rank >= top_k || (sampling.top_p < 1.0 && through - share >= allowed) || share < least;
      if (ended) break;
      cumulative_.push_back(sum = through);
    }
    const bool unfiltered = top_k == vocab_size && sampling.top_p >= 1.0 && least == 0.0;
    if (!ended && !complete && !unfiltered && count < top_k) return -1;
    const double mass = ended || complete || !unfiltered ? sum : 1.0;
    const double target = uniform(sampling.seed, sampling.position) * mass;
    const auto place = std::upper_bound(cumulative_.begin(), cumulative_.end(), target);
    if (place != cumulative_.end()) return (int)(uint32_t)order_[place - cumulative_.begin()];
    if (!ended && !complete && count < top_k) return -1;
    const auto last = std::lower_bound(cumulative_.begin(), cumulative_.end(), mass);
    return (int)(uint32_t)order_[last - cumulative_.begin()];
  }

  double probability(int rank, double total) const {
    return weights_[(uint32_t)order_[rank]] / total;
  }

  std::vector<double> weights_, cumulative_;
  std::vector<uint64_t> order_;
};
