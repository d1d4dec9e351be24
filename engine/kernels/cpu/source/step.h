// One step of the model as phases of a job: which phases there are and what a chunk of each does.
//
// Per layer: norm + q, k, v + rotary + cache; attention; its projection; norm + router + gate and
// up; down. What several chunks of a phase need, the normed rows for example, every thread computes
// for itself once it has claimed a chunk: that costs less than handing it over.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "attention.h"
#include "pool.h"
#include "routing.h"
#include "sampling.h"

enum class Kind {
  kEmbed, kQkv, kAttention, kOutput, kGateUp, kDown, kHead, kJoin, kProject, kDraftHead, kDraw,
  kJudge
};

constexpr int kHeadStep = 2;

struct Phase {
  Kind kind;
  int layer;
  RowSet* rows;
  int number;  // which decode step of several it belongs to, from 0
};

// What a thread keeps for itself between chunks of one phase.
struct Scratch {
  int phase = -1;    // the one that the inputs belong to
  int current = -1;  // the one that is computed
  Floats normed, packed, tile, second_tile, sums;
  std::vector<const float*> inputs, gathered;
  Routing routing;
  AttentionScratch attention;
  Sampler sampler;

  // Whether the inputs of the current phase are still to be made.
  bool enter() {
    if (phase == current) return false;
    phase = current;
    return true;
  }

  Scratch(const Model& model, int input_width)
      : normed((size_t)model.geometry.slice_rows * input_width),
        packed(normed.size()),
        tile((size_t)(model.geometry.slice_rows + 1) *
             std::max(2 * kPanelRows, 2 * (model.geometry.head_dim + kPanelRows))),
        second_tile(tile.size()),
        sums((size_t)(model.geometry.slice_rows + 1) * (model.geometry.head_dim + kPanelRows + 2)),
        inputs(model.geometry.slice_rows),
        gathered(model.geometry.slice_rows),
        routing(model.geometry),
        attention(model.geometry.num_heads, model.group(), model.geometry.head_dim) {}
};

class Step : public Work {
 public:
  Step(std::unique_ptr<Model> model, const Buffers& buffers);

  // Publish a forward pass; `wait` joins in and returns when it is done.
  int begin(int num_sequences, int num_chosen, bool all_needed);
  // Publish the draft layer over rows, then over its own output until `num_drafts` are made.
  int begin_draft(int num_sequences, int num_drafts);
  // Publish `num_steps` forward passes of one row per sequence, each over what was drawn before;
  // or, with drafts, of the last token and what was drafted after it.
  int begin_decode(int num_sequences, int num_steps, const Draws& draws);
  // Join in until it is done. Returns how many steps of `begin_decode` were computed.
  int wait();

  void run_chunk(int phase, int chunk, int thread) override;

 private:
  int check_rows(int num_sequences, int reach) const;
  void slice_rows(int num_sequences, bool only_last);
  int choose_rows(int num_chosen);
  RowSet& find_end(int slice, bool all_needed);
  RowSet& recycle(int draft, const int32_t* context_starts);
  RowSet& follow(int number);
  int begin_drafting(int num_steps);
  void verify_given();
  void verify_drafts();
  void add_drafted_step(int number);
  void finish_verified();
  int keep_drafts(int number, int sequence) const;
  void read_kept(int number);
  void keep_room(const RowSet& rows);
  void publish();
  void add_phase(Kind kind, int layer, RowSet& rows, int number = 0);
  void add_layer(int layer, RowSet& rows, int number = 0);
  int count_chunks(Kind kind, int layer, const RowSet& rows) const;
  int count_head_chunks() const { return (model_->head.panels + kHeadStep - 1) / kHeadStep; }
  // One row multiplies two panels at once, if there are enough of them; more rows are more work.
  int panels_per_chunk(const Linear& linear, int inputs) const {
    return inputs == 1 && linear.panels >= 4 * geometry_.num_threads ? 2 : 1;
  }
  int count_chunks_of(const Linear& linear, int inputs) const {
    const int step = panels_per_chunk(linear, inputs);
    return (linear.panels + step - 1) / step;
  }

  void run_embed(const Phase& phase, int row);
  void run_qkv(const Phase& phase, int chunk, Scratch& scratch);
  void run_attention(const Phase& phase, int chunk, Scratch& scratch);
  void run_attention_of_row(const Phase& phase, const Part& part, Scratch& scratch);
  void keep_attended(const Row& row, int number, int part, int first_query, int count,
                     const float* sums);
  // With many sequences a chunk is all heads of one: they lie side by side in the cache.
  bool attends_by_row(const RowSet& rows) const {
    return (int)rows.parts.size() >= 2 * geometry_.num_threads && rows.stand_alone;
  }
  void run_output(const Phase& phase, int chunk, Scratch& scratch);
  void run_gate_up(const Phase& phase, int chunk, Scratch& scratch);
  void run_down(const Phase& phase, int chunk, Scratch& scratch);
  void run_head(const Phase& phase, int chunk, Scratch& scratch);
  void run_join(const Phase& phase, int chunk);
  void run_project(const Phase& phase, int chunk, Scratch& scratch);
  void run_draft_head(const Phase& phase, int chunk, Scratch& scratch);
  void run_draw(const Phase& phase, int row, Scratch& scratch);
  void run_judge(const Phase& phase, int index);

  void finish_head(const Phase& phase, int head, int row, float* values);
  void set_input(Scratch& scratch, int row, float* values, int columns);
  void set_shared_input(Scratch& scratch, int row, const float* values, int columns);
  // Rows lie close together: at a distance of a power of two they would share few cache lines.
  float* own_row(Scratch& scratch, int row, int columns) {
    return scratch.normed.data() + (size_t)row * round_up(columns, 16);
  }
  float* residual(int row) { return residual_.data() + (size_t)row * geometry_.hidden_size; }
  void write_activation(int row, int offset, const float* gate, const float* up, int width);
  const float* activation(int row, int offset) const;
  void embed(int token, float* target) const;
  int best_draft(int sequence) const;
  int token_at(const Phase& phase, int row);
  int verified_token(int number, int row);
  int32_t* drawn_at(int number, int sequence, int row) const;
  bool is_stop(int token) const {
    const int32_t *stops = draws_.stop_ids, *end = stops + draws_.num_stop_ids;
    return std::find(stops, end, token) != end;
  }

  std::unique_ptr<Model> model_;
  const Geometry& geometry_;
  Buffers buffers_;
  bool dotted_ = false;
  int input_width_, activation_stride_;
  Floats residual_, queries_, attended_, partials_, activations_, joined_, draft_hidden_;
  Floats best_values_;
  std::vector<int> best_ids_;
  int attended_stride_, joined_stride_;
  std::vector<RowSet> slices_, ends_;  // the rows of a slice; and as the last layer takes them
  RowSet recycled_[kMaxDrafts - 1];
  int num_slices_ = 0;
  Routing routing_;  // of the current layer, as its first chunk found it
  std::vector<Phase> phases_;
  int num_drafts_ = 0, num_sequences_ = 0;
  std::vector<int> last_positions_;  // per sequence, of the rows that the draft layer read last
  RowSet followers_[kMaxDecodeSteps];
  RowSet verified_, read_;  // of a decode step with drafts: the model's rows and the draft layer's
  std::vector<int> verified_tokens_, verified_starts_;  // of each row; where a sequence begins
  Draws draws_{};
  std::atomic<int> decode_steps_{0};  // fewer than were begun once a sequence has ended
  std::vector<std::unique_ptr<Scratch>> scratch_;
  std::unique_ptr<Pool> pool_;
};
