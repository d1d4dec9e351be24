// What crosses the border to Python: numbers of the model, and the buffers of a step.
//
// A step of many rows is computed in slices of `slice_rows`, all layers of one before the next.
#pragma once

#include <cstdint>

// Mirrored field by field in library.py.
struct Geometry {
  int32_t hidden_size, num_layers, num_heads, num_kv_heads, head_dim, rotary_dim;
  int32_t vocab_size, head_rows, num_experts, top_k, normalize, has_mtp;
  int32_t block_size, num_blocks, cache_is_bfloat16, bfloat16_activations;
  int32_t max_rows, max_chosen, slice_rows, max_sequences, max_blocks, num_threads;
  float epsilon, scaling_factor;
};

// Buffers that Python owns and fills before a step; the sizes are those of the geometry.
struct Buffers {
  const int32_t* token_ids;       // [max_rows]; of a draft: the token after each position
  const int32_t* positions;       // [max_rows]
  const int32_t* query_starts;    // [max_sequences + 1], offsets into the rows
  const int32_t* context_starts;  // [max_sequences], the first position that attention sees
  const int32_t* block_tables;    // [max_sequences, max_blocks]
  const int32_t* chosen_rows;     // [max_rows]: rows whose logits are wanted; of a draft: rows of
                                  // `hidden` that belong to the positions
  const int32_t* needed_rows;     // [max_rows], not 0 where the hidden state is asked for
  float* hidden;                  // [max_rows, hidden_size], after the final norm
  float* logits;                  // [max_chosen, head_rows]
  int32_t* drafts;                // [max_sequences, 3]
};

// How the tokens of several decode steps are drawn: per sequence, but for what ends all of them.
struct Draws {
  const double *temperature, *top_p, *min_p;  // [num_sequences]
  const int32_t* top_k;
  const int64_t *seeds, *positions;  // the position where the first drawn token will stand
  const int32_t* stop_ids;           // [num_stop_ids]: nothing is computed beyond one of these
  int32_t* tokens;                   // [num_steps, num_sequences]; -1 where logits are not finite
  // With drafts the tokens of a step are [num_sequences, kMaxDrafts + 1], of which `counts` count.
  int32_t* counts;                // [num_steps, num_sequences]
  const int32_t* draft_starts;    // [num_sequences], the first position that the draft layer sees
  int32_t num_stop_ids, num_drafts;
};

enum Slot {
  kQkv, kOutput, kDenseGateUp, kDenseDown, kExpertGateUp, kExpertDown, kHead, kProjection,
  kInputNorm, kPostAttentionNorm, kQueryNorm, kKeyNorm, kRouter, kCorrectionBias,
  kFinalNorm, kEmbeddingNorm, kHiddenNorm, kDraftNorm, kFrequencies, kEmbedding,
};

constexpr int kMaxDrafts = 3;
constexpr int kMaxDecodeSteps = 16;
