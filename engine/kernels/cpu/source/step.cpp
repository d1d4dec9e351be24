// The library's plain C interface; library.py mirrors it.

#include "decode.h"

#define EXPORT __attribute__((visibility("default")))

extern "C" {

// Counts every change of this interface.
EXPORT int32_t step_interface() { return 6; }

EXPORT int32_t step_lanes() { return kLanes; }

EXPORT int32_t step_has_bfloat16_dot() {
#if defined(__AVX512BF16__)
  return 1;
#else
  return 0;
#endif
}

EXPORT void* step_new_model(const Geometry* geometry) { return new Model(*geometry); }

EXPORT void step_free_model(void* model) { delete (Model*)model; }

// A linear weight [rows, columns] in a `Format`. Copied.
EXPORT int32_t step_set_linear(void* model, int32_t slot, int32_t layer, int32_t expert,
                        const void* weights, int32_t format, const float* scale, const float* bias,
                        int32_t rows, int32_t columns) {
  Model& owner = *(Model*)model;
  Linear* linear = owner.linear(slot, layer, expert);
  if (!linear) return 1;
  pack_linear(*linear, slot, owner.geometry.head_dim, weights, (Format)format, scale, bias,
              rows, columns);
  return 0;
}

EXPORT int32_t step_set_vector(void* model, int32_t slot, int32_t layer, const float* values,
                        int64_t count) {
  Floats* vector = ((Model*)model)->vector(slot, layer);
  if (!vector) return 1;
  vector->assign(values, values + count);
  // It reads inputs that come times the factor.
  if (slot == kRouter)
    for (float& weight : *vector) weight /= kInputFactor;
  return 0;
}

// The embedding stays where it is: the caller keeps it.
EXPORT void step_set_embedding(void* model, const void* values, int32_t wide, int32_t rows) {
  Model& owner = *(Model*)model;
  owner.embedding = values;
  owner.embedding_is_wide = wide != 0;
  owner.embedding_rows = rows;
}

EXPORT void step_set_cache(void* model, int32_t layer, void* keys, void* values) {
  ((Model*)model)->layers[layer].keys = keys;
  ((Model*)model)->layers[layer].values = values;
}

// Takes the model over.
EXPORT void* step_new(void* model, const Buffers* buffers) {
  return new Step(std::unique_ptr<Model>((Model*)model), *buffers);
}

EXPORT void step_free(void* step) { delete (Step*)step; }

EXPORT int32_t step_begin(void* step, int32_t num_sequences, int32_t num_chosen,
                          int32_t all_needed) {
  return ((Step*)step)->begin(num_sequences, num_chosen, all_needed != 0);
}

EXPORT int32_t step_begin_draft(void* step, int32_t num_sequences, int32_t num_drafts) {
  return ((Step*)step)->begin_draft(num_sequences, num_drafts);
}

EXPORT int32_t step_begin_decode(void* step, int32_t num_sequences, int32_t num_steps,
                                 const Draws* draws) {
  return ((Step*)step)->begin_decode(num_sequences, num_steps, *draws);
}

EXPORT int32_t step_wait(void* step) { return ((Step*)step)->wait(); }

// tokens[row] is drawn from logits[row], or -1 where they are not finite.
EXPORT void step_draw(const float* logits, int64_t stride, int32_t vocab_size, int32_t rows,
               const double* temperature, const double* top_p, const int32_t* top_k,
               const double* min_p, const int64_t* seeds, const int64_t* positions,
               int32_t* tokens) {
  static thread_local Sampler sampler;
  for (int32_t row = 0; row < rows; ++row) {
    const Sampling sampling{temperature[row], top_p[row],     min_p[row],
                            seeds[row],       positions[row], top_k[row]};
    tokens[row] = sampler.draw(logits + row * stride, vocab_size, sampling);
  }
}

}  // extern "C"
