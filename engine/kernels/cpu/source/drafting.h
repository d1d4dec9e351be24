// Decode steps that draft: the model reads the last token and what was drafted after it, each row
// draws its token, drafts are kept as far as they equal what was drawn, and the draft layer reads
// what was kept and drafts anew.
//
// How many drafts are kept decides where all rows after that stand. So the rows of the draft layer
// and those of the next step are laid out by the phase that judges, before any of them begins.
#pragma once

#include "plan.h"

inline int Step::begin_drafting(int num_steps) {
  const int num_drafts = draws_.num_drafts;
  if (!geometry_.has_mtp || num_drafts < 1 || num_drafts > kMaxDrafts) return 9;
  const int reach = (num_steps - 1) * (num_drafts + 1) + num_drafts - 1;
  if (int error = check_rows(num_sequences_, reach)) return error;
  const int most =
      std::min({geometry_.slice_rows, geometry_.max_chosen, geometry_.max_rows});
  if (std::max(buffers_.query_starts[num_sequences_], num_sequences_ * (num_drafts + 1)) > most)
    return 11;
  for (int sequence = 0; sequence < num_sequences_; ++sequence) {
    const int begin = buffers_.query_starts[sequence], end = buffers_.query_starts[sequence + 1];
    if (end - begin > kMaxDrafts + 1) return 11;
    const int start = draws_.draft_starts[sequence];
    if (start < 0 || buffers_.positions[begin] < start) return 4;
  }
  verify_given();
  read_.clear(0);
  for (RowSet& rows : recycled_) rows.clear(0);
  for (int number = 0; number < num_steps; ++number) add_drafted_step(number);
  num_drafts_ = num_drafts;
  publish();
  return 0;
}

// The rows of the first step, whose drafts were made earlier.
inline void Step::verify_given() {
  verified_.clear(0);
  for (int sequence = 0; sequence < num_sequences_; ++sequence) {
    verified_starts_[sequence] = buffers_.query_starts[sequence];
    for (int row = buffers_.query_starts[sequence]; row < buffers_.query_starts[sequence + 1]; ++row)
      verified_.add(sequence, buffers_.positions[row], buffers_.context_starts[sequence], true);
  }
  finish_verified();
}

// The rows of the next step: the token that was drawn last, then all drafts.
inline void Step::verify_drafts() {
  verified_.clear(0);
  for (int sequence = 0; sequence < num_sequences_; ++sequence) {
    verified_starts_[sequence] = verified_.count();
    for (int row = 0; row <= num_drafts_; ++row)
      verified_.add(sequence, last_positions_[sequence] + 1 + row,
                    buffers_.context_starts[sequence], true);
  }
  finish_verified();
}

inline void Step::finish_verified() {
  verified_starts_[num_sequences_] = verified_.count();
  for (int row = 0; row < verified_.count(); ++row) verified_.chosen.push_back({row, row});
  verified_.cut(max_neighbors(model_->group()));
  verified_.turn(*model_);
  keep_room(verified_);
}

// The sizes of all phases between one judgement and the next are set when it has been made.
inline void Step::add_drafted_step(int number) {
  add_phase(Kind::kEmbed, 0, verified_, number);
  for (int layer = 0; layer < geometry_.num_layers; ++layer) add_layer(layer, verified_, number);
  add_phase(Kind::kHead, 0, verified_, number);
  add_phase(Kind::kDraw, 0, verified_, number);
  add_phase(Kind::kJudge, 0, verified_, number);
  for (int draft = 0; draft < draws_.num_drafts; ++draft) {
    RowSet& rows = draft == 0 ? read_ : recycled_[draft - 1];
    add_phase(Kind::kJoin, 0, rows, number);
    add_phase(Kind::kProject, 0, rows, number);
    add_layer(geometry_.num_layers, rows, number);
    add_phase(Kind::kDraftHead, 0, rows, number);
  }
}

inline int Step::verified_token(int number, int row) {
  if (number == 0) return buffers_.token_ids[row];
  const int sequence = verified_.rows[row].sequence, draft = row - verified_starts_[sequence];
  if (draft == num_drafts_) return best_draft(sequence);
  if (draft > 0) return buffers_.drafts[sequence * kMaxDrafts + draft - 1];
  const int count = draws_.counts[(size_t)(number - 1) * num_sequences_ + sequence];
  return *drawn_at(number - 1, sequence, count - 1);
}

// Where nothing could be drawn nothing follows, so no row is laid out.
inline void Step::run_judge(const Phase& phase, int index) {
  read_.clear(0);
  for (RowSet& rows : recycled_) rows.clear(0);
  bool goes_on = true, is_finite = true;
  for (int sequence = 0; sequence < num_sequences_; ++sequence) {
    const int count = keep_drafts(phase.number, sequence);
    draws_.counts[(size_t)phase.number * num_sequences_ + sequence] = count;
    const int32_t* drawn = drawn_at(phase.number, sequence, 0);
    is_finite = is_finite && drawn[count - 1] >= 0;
    goes_on = goes_on && std::none_of(drawn, drawn + count, [&](int id) { return is_stop(id); });
  }
  if (!is_finite || !goes_on) decode_steps_.store(phase.number + 1);
  if (is_finite) {
    read_kept(phase.number);
    for (int draft = 1; draft < num_drafts_; ++draft)
      keep_room(recycle(draft, draws_.draft_starts));
    verify_drafts();
  } else {
    read_.clear(0);
  }
  for (++index; index < (int)phases_.size() && phases_[index].kind != Kind::kJudge; ++index)
    pool_->set_chunks(index,
                      count_chunks(phases_[index].kind, phases_[index].layer, *phases_[index].rows));
}

// How many tokens a sequence gets: the drafts that equal what was drawn, and what follows them.
inline int Step::keep_drafts(int number, int sequence) const {
  const int begin = verified_starts_[sequence], end = verified_starts_[sequence + 1];
  const int32_t* drawn = drawn_at(number, sequence, 0);
  int count = 1;
  while (begin + count < end && drawn[count - 1] == verified_tokens_[begin + count]) ++count;
  return count;
}

// The rows of the draft layer: what was kept, with the token that follows each of them.
inline void Step::read_kept(int number) {
  for (int sequence = 0; sequence < num_sequences_; ++sequence) {
    const int count = draws_.counts[(size_t)number * num_sequences_ + sequence];
    for (int row = 0; row < count; ++row) {
      const int source = verified_starts_[sequence] + row;
      const int position = verified_.rows[source].position;
      read_.add(sequence, position, draws_.draft_starts[sequence], row == count - 1);
      read_.tokens.push_back(*drawn_at(number, sequence, row));
      read_.sources.push_back(source);
      last_positions_[sequence] = position;
    }
  }
  read_.cut(max_neighbors(model_->group()));
  read_.turn(*model_);
  keep_room(read_);
}
