// From the buffers of a step to the phases of a job.
#pragma once

#include "heads.h"

inline bool is_narrow(const Linear& linear) { return linear.format == Format::kBfloat16; }

inline Step::Step(std::unique_ptr<Model> model, const Buffers& buffers)
    : model_(std::move(model)), geometry_(model_->geometry), buffers_(buffers), routing_(geometry_) {
  const Geometry& numbers = geometry_;
  const int hidden_size = numbers.hidden_size, widest = std::max(2 * hidden_size, model_->query_width());
  input_width_ = round_up(widest, 16);
  attended_stride_ = round_up(model_->query_width(), kColumnPadding);
  joined_stride_ = round_up(2 * hidden_size, kColumnPadding);
  activation_stride_ = 0;
  bool narrow = is_narrow(model_->head) && (!numbers.has_mtp || is_narrow(model_->projection));
  for (const Layer& layer : model_->layers) {
    const FeedForward& forward = layer.feed_forward;
    activation_stride_ = std::max(
        activation_stride_, choice_offset(forward, numbers.top_k) + padded_width(forward.gate_up));
    narrow = narrow && is_narrow(layer.qkv) && is_narrow(layer.output) &&
             is_narrow(forward.gate_up) && is_narrow(forward.down);
    for (const Linear& expert : forward.expert_gate_up) narrow = narrow && is_narrow(expert);
    for (const Linear& expert : forward.expert_down) narrow = narrow && is_narrow(expert);
  }
  (void)narrow;
#if defined(__AVX512BF16__)
  dotted_ = numbers.bfloat16_activations && narrow;
#endif
  const size_t rows = numbers.max_rows;
  residual_.resize(rows * hidden_size);
  queries_.resize(rows * model_->query_width());
  attended_.resize(rows * attended_stride_);
  activations_.resize(rows * activation_stride_);
  joined_.resize(rows * joined_stride_);
  draft_hidden_.resize((size_t)numbers.max_sequences * hidden_size);
  best_values_.resize((size_t)count_head_chunks() * numbers.max_sequences);
  best_ids_.resize(best_values_.size());
  const int threads = numbers.num_threads;
  output_step_ = model_->layers[0].output.panels >= 4 * threads ? 2 : 1;
  project_step_ = model_->projection.panels >= 4 * threads ? 2 : 1;
  for (int thread = 0; thread < threads; ++thread)
    scratch_.push_back(std::make_unique<Scratch>(*model_, input_width_));
  const int max_phases = 5 * numbers.num_layers + 1 + 8 * kMaxDrafts;
  phases_.reserve(max_phases);
  pool_ = std::make_unique<Pool>(*this, threads, max_phases);
}

// The rows of `num_sequences` sequences, checked against every size; 0 if they are sound. With
// `reach` the blocks of so many further positions must be there too.
inline int Step::read_rows(int num_sequences, int reach, RowSet& rows, bool only_last) {
  const Geometry& numbers = geometry_;
  rows.clear();
  if (num_sequences < 1 || num_sequences > numbers.max_sequences) return 1;
  if (buffers_.query_starts[0] != 0 || buffers_.query_starts[num_sequences] > numbers.max_rows) return 1;
  for (int sequence = 0; sequence < num_sequences; ++sequence) {
    const int begin = buffers_.query_starts[sequence], end = buffers_.query_starts[sequence + 1];
    if (begin >= end || end > numbers.max_rows) return 2;
    for (int row = begin; row < end; ++row) {
      const int position = buffers_.positions[row], start = buffers_.context_starts[sequence];
      const int token = buffers_.token_ids[row];
      if (token < 0 || token >= model_->embedding_rows) return 3;
      if (start < 0 || position < start) return 4;
      if (row > begin && position != buffers_.positions[row - 1] + 1) return 5;
      rows.add(sequence, position, start, !only_last || row == end - 1);
    }
    const int last = (buffers_.positions[end - 1] + reach) / numbers.block_size;
    if (last >= numbers.max_blocks) return 6;
    const int32_t* blocks = buffers_.block_tables + (size_t)sequence * numbers.max_blocks;
    for (int index = 0; index <= last; ++index)
      if (blocks[index] < 0 || blocks[index] >= numbers.num_blocks) return 7;
  }
  rows.turn(*model_);
  return 0;
}

inline int Step::count_chunks(Kind kind, int layer, const RowSet& rows) const {
  const Layer& weights = model_->layers[layer];
  const FeedForward& forward = weights.feed_forward;
  switch (kind) {
    case Kind::kQkv: return (model_->num_qkv_heads() + 1) / 2;
    case Kind::kAttention: return (int)rows.parts.size() * geometry_.num_kv_heads;
    case Kind::kOutput: return (weights.output.panels + output_step_ - 1) / output_step_;
    case Kind::kGateUp: {
      int chunks = forward.gate_up.panels / 2;
      if (!forward.sparse()) return chunks;
      // As many experts as the rows could choose: which they are is not known yet.
      const int experts = std::min(geometry_.num_experts, rows.num_active() * geometry_.top_k);
      return chunks + experts * (forward.expert_gate_up[0].panels / 2);
    }
    case Kind::kDown: return forward.down.panels;
    case Kind::kHead: return rows.count() + (num_chosen_ ? count_head_chunks() : 0);
    case Kind::kJoin: return rows.count();
    case Kind::kProject: return (model_->projection.panels + project_step_ - 1) / project_step_;
    case Kind::kDraftHead: return rows.num_active() + count_head_chunks();
  }
  return 0;
}

inline void Step::add_phase(Kind kind, int layer, RowSet& rows, int draft) {
  phases_.push_back({kind, layer, &rows, draft});
  pool_->add_phase(count_chunks(kind, layer, rows));
}

inline void Step::add_layer(int layer, RowSet& rows) {
  add_phase(Kind::kQkv, layer, rows);
  add_phase(Kind::kAttention, layer, rows);
  add_phase(Kind::kOutput, layer, rows);
  add_phase(Kind::kGateUp, layer, rows);
  add_phase(Kind::kDown, layer, rows);
  const size_t partial = (size_t)geometry_.num_heads * (geometry_.head_dim + 2);
  if (partials_.size() < rows.num_partials * partial) partials_.resize(rows.num_partials * partial);
}

inline int Step::begin(int num_sequences, int num_chosen) {
  pool_->prepare();
  phases_.clear();
  num_drafts_ = 0;
  if (int error = read_rows(num_sequences, 0, rows_, false)) return error;
  if (num_chosen < 0 || num_chosen > geometry_.max_rows) return 8;
  for (int index = 0; index < num_chosen; ++index)
    if (buffers_.chosen_rows[index] < 0 || buffers_.chosen_rows[index] >= rows_.count()) return 8;
  num_chosen_ = num_chosen;
  for (int row = 0; row < rows_.count(); ++row) embed(buffers_.token_ids[row], residual(row));
  for (int layer = 0; layer < geometry_.num_layers; ++layer) add_layer(layer, rows_);
  add_phase(Kind::kHead, 0, rows_);
  for (auto& scratch : scratch_) scratch->phase = -1;
  pool_->publish();
  return 0;
}

inline int Step::begin_draft(int num_sequences, int num_drafts) {
  pool_->prepare();
  phases_.clear();
  num_drafts_ = 0;
  if (!geometry_.has_mtp || num_drafts < 1 || num_drafts > kMaxDrafts) return 9;
  if (int error = read_rows(num_sequences, num_drafts - 1, rows_, true)) return error;
  for (int row = 0; row < rows_.count(); ++row)
    if (buffers_.chosen_rows[row] < 0 || buffers_.chosen_rows[row] >= geometry_.max_rows) return 8;
  RowSet* rows = &rows_;
  for (int draft = 0; draft < num_drafts; ++draft) {
    if (draft > 0) {
      RowSet& next = recycled_[draft - 1];
      next.clear();
      for (int row : rows_.active) {
        const Row& last = rows_.rows[row];
        next.add(last.sequence, last.position + draft, last.context_start, true);
      }
      next.turn(*model_);
      rows = &next;
    }
    add_phase(Kind::kJoin, 0, *rows, draft);
    add_phase(Kind::kProject, 0, *rows, draft);
    add_layer(geometry_.num_layers, *rows);
    add_phase(Kind::kDraftHead, 0, *rows, draft);
  }
  num_drafts_ = num_drafts;
  for (auto& scratch : scratch_) scratch->phase = -1;
  pool_->publish();
  return 0;
}

inline void Step::wait() {
  pool_->finish();
  for (int index = 0; num_drafts_ > 0 && index < rows_.num_active(); ++index)
    buffers_.drafts[index * kMaxDrafts + num_drafts_ - 1] = best_draft(index);
}

inline void Step::run_chunk(int index, int chunk, int thread) {
  const Phase& phase = phases_[index];
  Scratch& scratch = *scratch_[thread];
  scratch.current = index;
  switch (phase.kind) {
    case Kind::kQkv: return run_qkv(phase, chunk, scratch);
    case Kind::kAttention: return run_attention(phase, chunk, scratch);
    case Kind::kOutput: return run_output(phase, chunk, scratch);
    case Kind::kGateUp: return run_gate_up(phase, chunk, scratch);
    case Kind::kDown: return run_down(phase, chunk, scratch);
    case Kind::kHead: return run_head(phase, chunk, scratch);
    case Kind::kJoin: return run_join(phase, chunk);
    case Kind::kProject: return run_project(phase, chunk, scratch);
    case Kind::kDraftHead: return run_draft_head(phase, chunk, scratch);
  }
}
