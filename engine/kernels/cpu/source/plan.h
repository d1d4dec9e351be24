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
  const size_t rows = numbers.slice_rows;
  residual_.resize(rows * hidden_size);
  queries_.resize(rows * model_->query_width());
  attended_.resize(rows * attended_stride_);
  activations_.resize(rows * activation_stride_);
  joined_.resize(rows * joined_stride_);
  draft_hidden_.resize((size_t)numbers.max_sequences * hidden_size);
  best_values_.resize((size_t)count_head_chunks() * numbers.max_sequences);
  best_ids_.resize(best_values_.size());
  const int threads = numbers.num_threads;
  for (int thread = 0; thread < threads; ++thread)
    scratch_.push_back(std::make_unique<Scratch>(*model_, input_width_));
  last_positions_.resize(numbers.max_sequences);
  verified_tokens_.resize(rows);
  verified_starts_.resize(numbers.max_sequences + 1);
  slices_.resize((numbers.max_rows + numbers.slice_rows - 1) / numbers.slice_rows);
  ends_.resize(slices_.size());
  const int max_phases =
      (int)slices_.size() * std::max(5 * numbers.num_layers + 2, 8) + 8 * kMaxDrafts +
      kMaxDecodeSteps * (5 * numbers.num_layers + 4 + 8 * kMaxDrafts);
  phases_.reserve(max_phases);
  pool_ = std::make_unique<Pool>(*this, threads, max_phases);
}

// The rows of `num_sequences` sequences against every size; 0 if they are sound. With `reach` the
// blocks of so many further positions must be there too.
inline int Step::check_rows(int num_sequences, int reach) const {
  const Geometry& numbers = geometry_;
  if (num_sequences < 1 || num_sequences > numbers.max_sequences) return 1;
  if (buffers_.query_starts[0] != 0) return 2;
  for (int sequence = 0; sequence < num_sequences; ++sequence) {
    const int begin = buffers_.query_starts[sequence], end = buffers_.query_starts[sequence + 1];
    if (begin >= end || end > numbers.max_rows) return 2;
    for (int row = begin; row < end; ++row) {
      const int token = buffers_.token_ids[row];
      if (token < 0 || token >= model_->embedding_rows) return 3;
      if (row > begin && buffers_.positions[row] != buffers_.positions[row - 1] + 1) return 5;
    }
    const int start = buffers_.context_starts[sequence];
    if (start < 0 || buffers_.positions[begin] < start) return 4;
    const int last = (buffers_.positions[end - 1] + reach) / numbers.block_size;
    if (last >= numbers.max_blocks) return 6;
    const int32_t* blocks = buffers_.block_tables + (size_t)sequence * numbers.max_blocks;
    for (int index = 0; index <= last; ++index)
      if (blocks[index] < 0 || blocks[index] >= numbers.num_blocks) return 7;
  }
  return 0;
}

inline void Step::slice_rows(int num_sequences, bool only_last) {
  const int num_rows = buffers_.query_starts[num_sequences], step = geometry_.slice_rows;
  num_sequences_ = num_sequences;
  num_slices_ = (num_rows + step - 1) / step;
  int sequence = 0;
  for (int slice = 0; slice < num_slices_; ++slice) {
    RowSet& rows = slices_[slice];
    rows.clear(slice * step);
    for (int row = rows.first; row < std::min(rows.first + step, num_rows); ++row) {
      while (row >= buffers_.query_starts[sequence + 1]) ++sequence;
      const bool is_last = row == buffers_.query_starts[sequence + 1] - 1;
      rows.add(sequence, buffers_.positions[row], buffers_.context_starts[sequence],
               !only_last || is_last);
    }
    rows.cut(max_neighbors(model_->group()));
    rows.turn(*model_);
  }
}

inline int Step::choose_rows(int num_chosen) {
  const int num_rows = buffers_.query_starts[num_sequences_];
  if (num_chosen < 0 || num_chosen > geometry_.max_chosen) return 8;
  for (int place = 0; place < num_chosen; ++place) {
    const int row = buffers_.chosen_rows[place];
    if (row < 0 || row >= num_rows) return 8;
    RowSet& rows = slices_[row / geometry_.slice_rows];
    if ((int)rows.chosen.size() == geometry_.slice_rows) return 8;
    rows.chosen.push_back({row - rows.first, place});
  }
  return 0;
}

// The slice with those rows active that are chosen or needed.
inline RowSet& Step::find_end(int slice, bool all_needed) {
  const RowSet& all = slices_[slice];
  if (all_needed) return slices_[slice];
  std::vector<bool> goes_on(all.count());
  for (int row = 0; row < all.count(); ++row)
    goes_on[row] = buffers_.needed_rows[all.first + row] != 0;
  for (const Chosen& chosen : all.chosen) goes_on[chosen.row] = true;
  RowSet& end = ends_[slice];
  end.clear(all.first);
  for (int row = 0; row < all.count(); ++row)
    end.add(all.rows[row].sequence, all.rows[row].position, all.rows[row].context_start,
            goes_on[row]);
  end.cut(max_neighbors(model_->group()));
  end.chosen = all.chosen;
  end.cosines = all.cosines;
  end.sines = all.sines;
  return end;
}

inline int Step::count_chunks(Kind kind, int layer, const RowSet& rows) const {
  const Layer& weights = model_->layers[layer];
  const FeedForward& forward = weights.feed_forward;
  switch (kind) {
    case Kind::kEmbed: return rows.count();
    case Kind::kQkv: {
      const int per_chunk = heads_per_chunk(rows.count());
      return (model_->num_qkv_heads() + per_chunk - 1) / per_chunk;
    }
    case Kind::kAttention:
      return (int)rows.parts.size() * (attends_by_row(rows) ? 1 : geometry_.num_kv_heads);
    case Kind::kOutput:
      if (!rows.num_active()) return 0;
      return count_chunks_of(weights.output, rows.num_active());
    case Kind::kGateUp: {
      if (!rows.num_active()) return 0;
      int chunks = forward.gate_up.panels / 2;
      if (!forward.sparse()) return chunks;
      // As many experts as the rows could choose: which they are is not known yet.
      const int experts = std::min(geometry_.num_experts, rows.num_active() * geometry_.top_k);
      return chunks + experts * (forward.expert_gate_up[0].panels / 2);
    }
    case Kind::kDown: return rows.num_active() ? forward.down.panels : 0;
    case Kind::kHead: return rows.num_active() + (rows.chosen.empty() ? 0 : count_head_chunks());
    case Kind::kJoin: return rows.count();
    case Kind::kProject: return count_chunks_of(model_->projection, rows.count());
    case Kind::kDraftHead: return rows.num_active() ? rows.num_active() + count_head_chunks() : 0;
    case Kind::kDraw: return rows.count();
    case Kind::kJudge: return 1;
  }
  return 0;
}

inline void Step::add_phase(Kind kind, int layer, RowSet& rows, int number) {
  phases_.push_back({kind, layer, &rows, number});
  pool_->add_phase(count_chunks(kind, layer, rows));
}

inline void Step::add_layer(int layer, RowSet& rows, int number) {
  for (const Kind kind :
       {Kind::kQkv, Kind::kAttention, Kind::kOutput, Kind::kGateUp, Kind::kDown})
    add_phase(kind, layer, rows, number);
  keep_room(rows);
}

inline void Step::keep_room(const RowSet& rows) {
  const size_t partial = (size_t)geometry_.num_heads * (geometry_.head_dim + 2);
  if (partials_.size() < rows.num_partials * partial) partials_.resize(rows.num_partials * partial);
}

inline int Step::begin(int num_sequences, int num_chosen, bool all_needed) {
  pool_->prepare();
  phases_.clear();
  num_drafts_ = 0;
  decode_steps_.store(1);
  if (int error = check_rows(num_sequences, 0)) return error;
  slice_rows(num_sequences, false);
  if (int error = choose_rows(num_chosen)) return error;
  for (int slice = 0; slice < num_slices_; ++slice) {
    RowSet& rows = slices_[slice];
    add_phase(Kind::kEmbed, 0, rows);
    RowSet& end = find_end(slice, all_needed);
    const int last = geometry_.num_layers - 1;
    for (int layer = 0; layer < last; ++layer) add_layer(layer, rows);
    add_layer(last, end);
    add_phase(Kind::kHead, 0, end);
  }
  publish();
  return 0;
}

// Without drafts the rows are only read into the draft layer's cache.
inline int Step::begin_draft(int num_sequences, int num_drafts) {
  pool_->prepare();
  phases_.clear();
  num_drafts_ = 0;
  decode_steps_.store(1);
  if (!geometry_.has_mtp || num_drafts < 0 || num_drafts > kMaxDrafts) return 9;
  if (int error = check_rows(num_sequences, std::max(0, num_drafts - 1))) return error;
  for (int row = 0; row < buffers_.query_starts[num_sequences]; ++row)
    if (buffers_.chosen_rows[row] < 0 || buffers_.chosen_rows[row] >= geometry_.max_rows) return 8;
  slice_rows(num_sequences, true);
  const int layer = geometry_.num_layers;
  for (int slice = 0; slice < num_slices_; ++slice) {
    RowSet& rows = slices_[slice];
    add_phase(Kind::kJoin, 0, rows);
    add_phase(Kind::kProject, 0, rows);
    if (num_drafts == 0) {
      add_phase(Kind::kQkv, layer, rows);
      continue;
    }
    add_layer(layer, rows);
    add_phase(Kind::kDraftHead, 0, rows);
  }
  for (int sequence = 0; sequence < num_sequences; ++sequence)
    last_positions_[sequence] = buffers_.positions[buffers_.query_starts[sequence + 1] - 1];
  for (int draft = 1; draft < num_drafts; ++draft) {
    RowSet& rows = recycle(draft, buffers_.context_starts);
    add_phase(Kind::kJoin, 0, rows);
    add_phase(Kind::kProject, 0, rows);
    add_layer(layer, rows);
    add_phase(Kind::kDraftHead, 0, rows);
  }
  num_drafts_ = num_drafts;
  publish();
  return 0;
}

// One row per sequence, `draft` positions after its last one.
inline RowSet& Step::recycle(int draft, const int32_t* context_starts) {
  RowSet& rows = recycled_[draft - 1];
  rows.clear(0);
  rows.draft = draft;
  for (int sequence = 0; sequence < num_sequences_; ++sequence)
    rows.add(sequence, last_positions_[sequence] + draft, context_starts[sequence], true);
  rows.cut(1);
  rows.turn(*model_);
  return rows;
}

inline void Step::publish() {
  for (auto& scratch : scratch_) scratch->phase = -1;
  pool_->publish();
}

inline int Step::wait() {
  pool_->finish();
  for (int sequence = 0; num_drafts_ > 0 && sequence < num_sequences_; ++sequence)
    buffers_.drafts[sequence * kMaxDrafts + num_drafts_ - 1] = best_draft(sequence);
  return decode_steps_.load();
}

inline void Step::run_chunk(int index, int chunk, int thread) {
  const Phase& phase = phases_[index];
  if (phase.number >= decode_steps_.load(std::memory_order_relaxed)) return;
  Scratch& scratch = *scratch_[thread];
  scratch.current = index;
  switch (phase.kind) {
    case Kind::kEmbed: return run_embed(phase, chunk);
    case Kind::kQkv: return run_qkv(phase, chunk, scratch);
    case Kind::kAttention: return run_attention(phase, chunk, scratch);
    case Kind::kOutput: return run_output(phase, chunk, scratch);
    case Kind::kGateUp: return run_gate_up(phase, chunk, scratch);
    case Kind::kDown: return run_down(phase, chunk, scratch);
    case Kind::kHead: return run_head(phase, chunk, scratch);
    case Kind::kJoin: return run_join(phase, chunk);
    case Kind::kProject: return run_project(phase, chunk, scratch);
    case Kind::kDraftHead: return run_draft_head(phase, chunk, scratch);
    case Kind::kDraw: return run_draw(phase, chunk, scratch);
    case Kind::kJudge: return run_judge(phase, index);
  }
}
