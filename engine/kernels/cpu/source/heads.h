// The ends of a pass: logits, hidden states, and what the draft layer reads and proposes.
#pragma once

#include "layers.h"

inline void Step::run_head(const Phase& phase, int chunk, Scratch& scratch) {
  const RowSet& rows = *phase.rows;
  const int hidden_size = geometry_.hidden_size, count = rows.num_active();
  const int num_chosen = (int)rows.chosen.size();
  const float* weight = model_->final_norm.data();
  if (chunk < count) {
    const int row = rows.active[chunk];
    normalize(residual(row), weight, hidden_size, geometry_.epsilon,
              buffers_.hidden + (size_t)(rows.first + row) * hidden_size);
    return;
  }
  if (scratch.enter()) {
    for (int index = 0; index < num_chosen; ++index) {
      float* own = own_row(scratch, index, hidden_size);
      normalize(residual(rows.chosen[index].row), weight, hidden_size, geometry_.epsilon, own,
                kInputFactor);
      set_input(scratch, index, own, hidden_size);
    }
  }
  const Linear& head = model_->head;
  project_panels(head, (chunk - count) * kHeadStep, kHeadStep, num_chosen, dotted_, scratch,
                 [&](int panel, const float* out) {
                   const int step = head.panel_rows(), columns = columns_of(head, panel);
                   for (int index = 0; index < num_chosen; ++index)
                     std::memcpy(buffers_.logits +
                                     (size_t)rows.chosen[index].place * geometry_.head_rows +
                                     panel * step,
                                 out + index * step, sizeof(float) * columns);
                 });
}

inline void Step::run_embed(const Phase& phase, int row) {
  embed(token_at(phase, row), residual(row));
}

inline void Step::embed(int token, float* target) const {
  const int hidden_size = geometry_.hidden_size;
  const size_t from = (size_t)token * hidden_size;
  if (model_->embedding_is_wide) {
    std::memcpy(target, (const float*)model_->embedding + from, sizeof(float) * hidden_size);
    return;
  }
  const uint16_t* halves = (const uint16_t*)model_->embedding + from;
  for (int index = 0; index < hidden_size; ++index) target[index] = widen(halves[index]);
}

// The likeliest token of a sequence after the draft head; the lowest id of equals.
inline int Step::best_draft(int sequence) const {
  int best = 0;
  for (int chunk = 1; chunk < count_head_chunks(); ++chunk)
    if (best_values_[chunk * geometry_.max_sequences + sequence] >
        best_values_[best * geometry_.max_sequences + sequence])
      best = chunk;
  return best_ids_[best * geometry_.max_sequences + sequence];
}

// The draft layer's input for one row: [norm of the next token's embedding, norm of the hidden].
inline void Step::run_join(const Phase& phase, int row) {
  const int hidden_size = geometry_.hidden_size;
  int token = 0;
  const float* hidden = nullptr;
  const RowSet& rows = *phase.rows;
  if (rows.draft > 0) {
    const int sequence = rows.rows[row].sequence;
    token = best_draft(sequence);
    buffers_.drafts[sequence * kMaxDrafts + rows.draft - 1] = token;
    hidden = draft_hidden_.data() + (size_t)sequence * hidden_size;
  } else if (!rows.tokens.empty()) {
    token = rows.tokens[row];
    hidden = buffers_.hidden + (size_t)rows.sources[row] * hidden_size;
  } else {
    const int number = rows.first + row;
    token = buffers_.token_ids[number];
    hidden = buffers_.hidden + (size_t)buffers_.chosen_rows[number] * hidden_size;
  }
  float* joined = joined_.data() + (size_t)row * joined_stride_;
  embed(token, joined);
  normalize(joined, model_->embedding_norm.data(), hidden_size, geometry_.epsilon, joined,
            kInputFactor);
  normalize(hidden, model_->hidden_norm.data(), hidden_size, geometry_.epsilon,
            joined + hidden_size, kInputFactor);
}

inline void Step::run_project(const Phase& phase, int chunk, Scratch& scratch) {
  const int count = phase.rows->count();
  if (scratch.enter()) {
    for (int row = 0; row < count; ++row)
      set_shared_input(scratch, row, joined_.data() + (size_t)row * joined_stride_,
                       2 * geometry_.hidden_size);
  }
  const Linear& projection = model_->projection;
  const int per_chunk = panels_per_chunk(projection, count);
  project_panels(projection, chunk * per_chunk, per_chunk, count, dotted_, scratch,
                 [&](int panel, const float* out) {
                   const int step = projection.panel_rows();
                   for (int row = 0; row < count; ++row)
                     std::memcpy(residual(row) + panel * step, out + row * step,
                                 sizeof(float) * columns_of(projection, panel));
                 });
}

inline void Step::run_draft_head(const Phase& phase, int chunk, Scratch& scratch) {
  const RowSet& rows = *phase.rows;
  const int hidden_size = geometry_.hidden_size, count = rows.num_active();
  const float* weight = model_->draft_norm.data();
  auto sequence_of = [&](int index) { return rows.rows[rows.active[index]].sequence; };
  if (chunk < count) {
    normalize(residual(rows.active[chunk]), weight, hidden_size, geometry_.epsilon,
              draft_hidden_.data() + (size_t)sequence_of(chunk) * hidden_size);
    return;
  }
  if (scratch.enter()) {
    for (int index = 0; index < count; ++index) {
      float* own = own_row(scratch, index, hidden_size);
      normalize(residual(rows.active[index]), weight, hidden_size, geometry_.epsilon, own,
                kInputFactor);
      set_input(scratch, index, own, hidden_size);
    }
  }
  const Linear& head = model_->head;
  float* best_values = best_values_.data() + (size_t)(chunk - count) * geometry_.max_sequences;
  int* best_ids = best_ids_.data() + (size_t)(chunk - count) * geometry_.max_sequences;
  for (int index = 0; index < count; ++index) {
    best_values[sequence_of(index)] = -std::numeric_limits<float>::infinity();
    best_ids[sequence_of(index)] = 0;
  }
  project_panels(head, (chunk - count) * kHeadStep, kHeadStep, count, dotted_, scratch,
                 [&](int panel, const float* out) {
                   const int step = head.panel_rows(), first = panel * step;
                   const int columns = std::min(step, geometry_.vocab_size - first);
                   for (int index = 0; index < count; ++index) {
                     const int sequence = sequence_of(index);
                     for (int column = 0; column < columns; ++column) {
                       const float value = out[index * step + column];
                       if (!(value > best_values[sequence])) continue;
                       best_values[sequence] = value;
                       best_ids[sequence] = first + column;
                     }
                   }
                 });
}
