// Several decode steps in one job: what is drawn from the logits of one is the next one's token.
//
// Positions are known beforehand, so all phases are; only the tokens are not. When a sequence ends,
// the steps after that are passed over.
#pragma once

#include "plan.h"

inline int Step::begin_decode(int num_sequences, int num_steps, const Draws& draws) {
  pool_->prepare();
  phases_.clear();
  num_drafts_ = 0;
  if (num_steps < 1 || num_steps > kMaxDecodeSteps) return 10;
  if (int error = check_rows(num_sequences, num_steps - 1)) return error;
  const int most = std::min(geometry_.slice_rows, geometry_.max_chosen);
  if (buffers_.query_starts[num_sequences] != num_sequences || num_sequences > most) return 11;
  draws_ = draws;
  num_sequences_ = num_sequences;
  decode_steps_.store(num_steps);
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

// All chunks of a phase are done before the next one begins, so all threads see the end alike.
inline void Step::run_draw(const Phase& phase, int sequence, Scratch& scratch) {
  const Sampling sampling{draws_.temperature[sequence], draws_.top_p[sequence],
                          draws_.min_p[sequence],       draws_.seeds[sequence],
                          draws_.positions[sequence] + phase.number, draws_.top_k[sequence]};
  const int token = scratch.sampler.draw(buffers_.logits + (size_t)sequence * geometry_.head_rows,
                                         geometry_.vocab_size, sampling);
  draws_.tokens[(size_t)phase.number * num_sequences_ + sequence] = token;
  const int32_t *stops = draws_.stop_ids, *end = stops + draws_.num_stop_ids;
  if (token < 0 || std::find(stops, end, token) != end) decode_steps_.store(phase.number + 1);
}
