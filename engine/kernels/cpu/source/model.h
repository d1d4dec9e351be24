// The weights of a model, copied into the layouts that the step reads.
#pragma once

#include <vector>

#include "geometry.h"
#include "linear.h"

struct FeedForward {
  Linear gate_up, down;                             // the dense part, or the shared expert
  std::vector<Linear> expert_gate_up, expert_down;  // empty in a dense layer
  Floats router, correction_bias;       // [num_experts, hidden], [num_experts]

  bool sparse() const { return !expert_gate_up.empty(); }
  int width() const { return gate_up.rows / 2; }
  int expert_width() const { return sparse() ? expert_gate_up[0].rows / 2 : 0; }
};

struct Layer {
  Floats input_norm, post_attention_norm, query_norm, key_norm;
  Linear qkv, output;
  FeedForward feed_forward;
  void* keys = nullptr;    // [num_blocks, block_size, kv_heads, head_dim]
  void* values = nullptr;
};

struct Model {
  Geometry geometry;
  std::vector<Layer> layers;  // the draft layer's is the last one
  Linear head, projection;
  Floats final_norm, embedding_norm, hidden_norm, draft_norm, frequencies;
  const void* embedding = nullptr;  // [vocab, hidden], kept by Python
  bool embedding_is_wide = true;
  int embedding_rows = 0;

  explicit Model(const Geometry& numbers)
      : geometry(numbers), layers(numbers.num_layers + (numbers.has_mtp ? 1 : 0)) {}

  int group() const { return geometry.num_heads / geometry.num_kv_heads; }
  int query_width() const { return geometry.num_heads * geometry.head_dim; }
  int num_qkv_heads() const { return geometry.num_heads + 2 * geometry.num_kv_heads; }

  Linear* linear(int slot, int layer, int expert) {
    FeedForward& feed_forward = layers[layer].feed_forward;
    switch (slot) {
      case kQkv: return &layers[layer].qkv;
      case kOutput: return &layers[layer].output;
      case kDenseGateUp: return &feed_forward.gate_up;
      case kDenseDown: return &feed_forward.down;
      case kExpertGateUp: return grown(feed_forward.expert_gate_up, expert);
      case kExpertDown: return grown(feed_forward.expert_down, expert);
      case kHead: return &head;
      case kProjection: return &projection;
      default: return nullptr;
    }
  }

  Floats* vector(int slot, int layer) {
    switch (slot) {
      case kInputNorm: return &layers[layer].input_norm;
      case kPostAttentionNorm: return &layers[layer].post_attention_norm;
      case kQueryNorm: return &layers[layer].query_norm;
      case kKeyNorm: return &layers[layer].key_norm;
      case kRouter: return &layers[layer].feed_forward.router;
      case kCorrectionBias: return &layers[layer].feed_forward.correction_bias;
      case kFinalNorm: return &final_norm;
      case kEmbeddingNorm: return &embedding_norm;
      case kHiddenNorm: return &hidden_norm;
      case kDraftNorm: return &draft_norm;
      case kFrequencies: return &frequencies;
      default: return nullptr;
    }
  }

 private:
  static Linear* grown(std::vector<Linear>& linears, int index) {
    if ((int)linears.size() <= index) linears.resize(index + 1);
    return &linears[index];
  }
};

// Row-major weights to panels. Heads of q, k and v begin with a panel each, so that one chunk of
// work has whole heads; panels of gate and up alternate, so that one chunk can multiply them.
inline void pack_linear(Linear& linear, int slot, int head_dim, const void* weights, Format format,
                        const float* scale, const float* bias, int rows, int columns) {
  linear.rows = rows;
  linear.format = format;
  if (slot == kQkv) {
    linear.vectors = head_dim % (4 * kLanes) == 0 ? 4 : head_dim % (2 * kLanes) == 0 ? 2 : 1;
    const int places = round_up(head_dim, linear.panel_rows());
    linear.panels = rows / head_dim * (places / linear.panel_rows());
    pack(linear, weights, columns, scale, bias, [=](int place) {
      return place % places < head_dim ? place / places * head_dim + place % places : -1;
    });
  } else if (slot == kDenseGateUp || slot == kExpertGateUp) {
    const int width = rows / 2;
    linear.vectors = choose_vectors(width);
    const int step = linear.panel_rows();
    linear.panels = 2 * (round_up(width, step) / step);
    pack(linear, weights, columns, scale, bias, [=](int place) {
      const int panel = place / step, row = panel / 2 * step + place % step;
      return row < width ? panel % 2 * width + row : -1;
    });
  } else {
    linear.vectors = choose_vectors(rows);
    linear.panels = round_up(rows, linear.panel_rows()) / linear.panel_rows();
    pack(linear, weights, columns, scale, bias, [=](int place) { return place < rows ? place : -1; });
  }
}
