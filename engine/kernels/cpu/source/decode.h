// Several decode steps in one job: what is drawn from the logits of one is the next one's token.
//
// Positions are known beforehand, so all phases are; only the tokens are not. When a sequence ends,
// the steps after that are passed over.
#pragma once

#include "drafting.h"

inline int Step::begin_decode(int num_sequences, int num_steps, const Draws& draws) {
  pool_->prepare();
  phases_.clear();
  num_drafts_ = 0;
  if (num_steps < 1 || num_steps > kMaxDecodeSteps) return 10;
  draws_ = draws;
  num_sequences_ = num_sequences;
  decode_steps_.store(num_steps);
  if (draws.num_drafts != 0) return begin_drafting(num_steps);
  if (int error = check_rows(num_sequences, num_steps - 1)) return error;
  const int most = std::min(geometry_.slice_rows, geometry_.max_chosen);
  if (buffers_.query_starts[num_sequences] != num_sequences || num_sequences > most) return 11;
  for (int number = 0; number < num_steps; ++number) {
    RowSet& rows = follow(number);
    add_phase(Kind::kEmbed, 0, rows, number);
    for (int layer = 0; layer < geometry_.num_layers; ++layer) add_layer(layer, rows, number);
    add_phase(Kind::kHead, 0, rows, number);
    add_phase(Kind::kDraw, 0, rows, number);
  }
  publish();
  return 0;
}

// One row per sequence, `number` positions after its own.
inline RowSet& Step::follow(int number) {
  RowSet& rows = followers_[number];
  rows.clear(0);
  for (int sequence = 0; sequence < num_sequences_; ++sequence) {
    rows.add(sequence, buffers_.positions[sequence] + number, buffers_.context_starts[sequence],
             true);
    rows.chosen.push_back({sequence, sequence});
  }
  rows.cut(1);
  rows.turn(*model_);
  return rows;
}

// The token that a row reads. Those after the first step are known once they have been drawn.
inline int Step::token_at(const Phase& phase, int row) {
  if (phase.rows == &verified_) return verified_tokens_[row] = verified_token(phase.number, row);
  if (phase.number == 0) return buffers_.token_ids[phase.rows->first + row];
  return *drawn_at(phase.number - 1, row, 0);
}

// Where the token goes that is drawn after a row of a sequence, counted from its first one.
inline int32_t* Step::drawn_at(int number, int sequence, int row) const {
  const size_t place = (size_t)number * num_sequences_ + sequence;
  return draws_.tokens + (draws_.num_drafts ? place * (kMaxDrafts + 1) + row : place);
}

// All chunks of a phase are done before the next one begins, so all threads see the end alike.
inline void Step::run_draw(const Phase& phase, int number, Scratch& scratch) {
  const Row& row = phase.rows->rows[number];
  const int sequence = row.sequence;
  const int first_position = buffers_.positions[buffers_.query_starts[sequence]];
  const Sampling sampling{draws_.temperature[sequence], draws_.top_p[sequence],
                          draws_.min_p[sequence],       draws_.seeds[sequence],
                          draws_.positions[sequence] + row.position - first_position,
                          draws_.top_k[sequence]};
  const int token = scratch.sampler.draw(buffers_.logits + (size_t)number * geometry_.head_rows,
                                         geometry_.vocab_size, sampling);
  if (phase.rows == &verified_) {
    *drawn_at(phase.number, sequence, number - verified_starts_[sequence]) = token;
    return;
  }
  *drawn_at(phase.number, sequence, 0) = token;
  if (token < 0 || is_stop(token)) decode_steps_.store(phase.number + 1);
}
