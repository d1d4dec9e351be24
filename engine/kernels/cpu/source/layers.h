// What a chunk of each phase computes.
#pragma once

#include "step.h"

// Panels `first` and, if `count` is two, the next one, for the first `inputs` inputs of the thread:
// sink(panel, out) gets [inputs, panel_rows].
template <class Sink>
void project_panels(const Linear& linear, int first, int count, int inputs, bool dotted,
                    Scratch& scratch, Sink sink) {
  float *tile = scratch.tile.data(), *second = scratch.second_tile.data();
  if (inputs == 1 && count == 2 && first + 1 < linear.panels) {
    const float* both[2] = {scratch.inputs[0], scratch.inputs[0]};
    project_two(linear, first, linear, first + 1, both, dotted, tile, second);
    sink(first, tile);
    sink(first + 1, second);
    return;
  }
  for (int panel = first; panel < std::min(first + count, linear.panels); ++panel) {
    project(linear, panel, scratch.inputs.data(), inputs, dotted, tile);
    sink(panel, tile);
  }
}

inline int columns_of(const Linear& linear, int panel) {
  return std::min(linear.panel_rows(), linear.rows - panel * linear.panel_rows());
}

inline void Step::set_input(Scratch& scratch, int row, float* values, int columns) {
  scratch.inputs[row] = values;
  for (int column = columns; column < round_up(columns, kColumnPadding); ++column)
    values[column] = 0.0f;
  if (!geometry_.bfloat16_activations) return;
  if (dotted_) {
    uint16_t* halves = (uint16_t*)(scratch.packed.data() + (size_t)row * round_up(columns, 16));
    for (int index = 0; index < round_up(columns, 2); ++index)
      halves[index] = to_bfloat16(values[index]);
    scratch.inputs[row] = (const float*)halves;
    return;
  }
  for (int index = 0; index < columns; ++index) values[index] = widen(to_bfloat16(values[index]));
}

// An input that other threads read too: it must not be rounded in its place.
inline void Step::set_shared_input(Scratch& scratch, int row, const float* values, int columns) {
  scratch.inputs[row] = values;
  if (!geometry_.bfloat16_activations) return;
  float* own = own_row(scratch, row, columns);
  std::memcpy(own, values, sizeof(float) * columns);
  set_input(scratch, row, own, columns);
}

inline int heads_per_chunk(int num_rows) { return num_rows == 1 ? 2 : 1; }

inline void Step::run_qkv(const Phase& phase, int chunk, Scratch& scratch) {
  const Layer& layer = model_->layers[phase.layer];
  const int count = phase.rows->count(), hidden_size = geometry_.hidden_size;
  if (scratch.enter()) {
    for (int row = 0; row < count; ++row) {
      float* own = own_row(scratch, row, hidden_size);
      normalize(residual(row), layer.input_norm.data(), hidden_size, geometry_.epsilon, own,
                kInputFactor);
      set_input(scratch, row, own, hidden_size);
    }
  }
  const Linear& qkv = layer.qkv;
  const int width = qkv.panel_rows(), heads = model_->num_qkv_heads();
  const int per_head = qkv.panels / heads, stride = per_head * width;
  float *tile = scratch.tile.data(), *second = scratch.second_tile.data();
  const int per_chunk = heads_per_chunk(count), head = per_chunk * chunk;
  if (count == 1 && head + 1 < heads) {
    const float* both[2] = {scratch.inputs[0], scratch.inputs[0]};
    for (int panel = 0; panel < per_head; ++panel)
      project_two(qkv, head * per_head + panel, qkv, (head + 1) * per_head + panel, both, dotted_,
                  tile + panel * width, second + panel * width);
    finish_head(phase, head, 0, tile);
    finish_head(phase, head + 1, 0, second);
    return;
  }
  for (int mine = head; mine < std::min(head + per_chunk, heads); ++mine) {
    for (int panel = 0; panel < per_head; ++panel) {
      float* out = per_head == 1 ? tile : second;
      project(qkv, mine * per_head + panel, scratch.inputs.data(), count, dotted_, out);
      for (int row = 0; per_head > 1 && row < count; ++row)
        std::memcpy(tile + row * stride + panel * width, out + row * width, sizeof(float) * width);
    }
    for (int row = 0; row < count; ++row) finish_head(phase, mine, row, tile + row * stride);
  }
}

// Norm and rotary embedding of one head, then into the cache or to the queries.
inline void Step::finish_head(const Phase& phase, int head, int row, float* values) {
  const Layer& layer = model_->layers[phase.layer];
  const int num_heads = geometry_.num_heads, kv_heads = geometry_.num_kv_heads;
  const int head_dim = geometry_.head_dim, half = geometry_.rotary_dim / 2;
  const bool is_query = head < num_heads, is_value = head >= num_heads + kv_heads;
  if (!is_value) {
    const Floats& weight = is_query ? layer.query_norm : layer.key_norm;
    if (!weight.empty()) normalize(values, weight.data(), head_dim, geometry_.epsilon, values);
    const float* cosine = phase.rows->cosines.data() + row * half;
    const float* sine = phase.rows->sines.data() + row * half;
    for (int index = 0; index < half; ++index) {
      const float first = values[index], second = values[index + half];
      values[index] = first * cosine[index] - second * sine[index];
      values[index + half] = second * cosine[index] + first * sine[index];
    }
  }
  if (is_query) {
    const float scale = 1.0f / std::sqrt((float)head_dim);
    float* target = queries_.data() + (size_t)row * model_->query_width() + head * head_dim;
    for (int index = 0; index < head_dim; ++index) target[index] = values[index] * scale;
    return;
  }
  const Row& place = phase.rows->rows[row];
  const int32_t* blocks = buffers_.block_tables + (size_t)place.sequence * geometry_.max_blocks;
  void* cache = is_value ? layer.values : layer.keys;
  const HeadContext context{geometry_, cache, cache, blocks, (head - num_heads) % kv_heads};
  const size_t at = context.place(place.position);
  if (!geometry_.cache_is_bfloat16) {
    std::memcpy((float*)cache + at, values, sizeof(float) * head_dim);
    return;
  }
  for (int index = 0; index < head_dim; ++index) narrow(values[index], (uint16_t*)cache + at + index);
}

inline void Step::run_attention(const Phase& phase, int chunk, Scratch& scratch) {
  const RowSet& rows = *phase.rows;
  if (attends_by_row(rows)) return run_attention_of_row(phase, rows.parts[chunk], scratch);
  const Layer& layer = model_->layers[phase.layer];
  const int kv_heads = geometry_.num_kv_heads, group = model_->group();
  const int head_dim = geometry_.head_dim, stride = head_dim + 2;
  const Part& part = rows.parts[chunk / kv_heads];
  const int head = chunk % kv_heads, first_query = head * group;
  const Row &first = rows.rows[part.first_row], &last = rows.rows[part.first_row + part.num_rows - 1];
  const int32_t* blocks = buffers_.block_tables + (size_t)first.sequence * geometry_.max_blocks;
  const HeadContext context{geometry_, layer.keys, layer.values, blocks, head};
  const int begin = first.context_start + part.index * first.part_tokens;
  const int end = std::min(begin + first.part_tokens, last.position + 1);
  const float* queries =
      queries_.data() + (size_t)part.first_row * model_->query_width() + first_query * head_dim;
  const Neighbors neighbors{queries, model_->query_width(), group, part.num_rows, first.position};
  if (geometry_.cache_is_bfloat16)
    attend<uint16_t>(context, neighbors, begin, end, scratch.attention);
  else
    attend<float>(context, neighbors, begin, end, scratch.attention);
  for (int number = 0; number < part.num_rows; ++number)
    keep_attended(rows.rows[part.first_row + number], part.first_row + number, part.index,
                  first_query, group, scratch.attention.sums.data() + number * group * stride);
}

inline void Step::run_attention_of_row(const Phase& phase, const Part& part, Scratch& scratch) {
  const Layer& layer = model_->layers[phase.layer];
  const Row& row = phase.rows->rows[part.first_row];
  const int32_t* blocks = buffers_.block_tables + (size_t)row.sequence * geometry_.max_blocks;
  const HeadContext context{geometry_, layer.keys, layer.values, blocks, 0};
  const int begin = row.context_start + part.index * row.part_tokens;
  const int end = std::min(begin + row.part_tokens, row.position + 1);
  const float* queries = queries_.data() + (size_t)part.first_row * model_->query_width();
  const int heads = geometry_.num_heads;
  if (geometry_.cache_is_bfloat16)
    attend_all_heads<uint16_t>(context, queries, heads, begin, end, scratch.attention);
  else
    attend_all_heads<float>(context, queries, heads, begin, end, scratch.attention);
  keep_attended(row, part.first_row, part.index, 0, heads, scratch.attention.sums.data());
}

// `count` queries of a row: finished where the row has one part, else until the others are there.
inline void Step::keep_attended(const Row& row, int number, int part, int first_query, int count,
                                const float* sums) {
  const int head_dim = geometry_.head_dim, stride = head_dim + 2;
  // A neighbor further on may have a part more than this row.
  if (part >= row.num_parts) return;
  if (row.num_parts == 1) {
    float* output = attended_.data() + (size_t)number * attended_stride_ + first_query * head_dim;
    for (int query = 0; query < count; ++query)
      merge_parts(sums + query * stride, 1, 0, head_dim, output + query * head_dim);
    return;
  }
  const size_t place = (size_t)(row.first_partial + part) * geometry_.num_heads;
  std::memcpy(partials_.data() + (place + first_query) * stride, sums,
              sizeof(float) * count * stride);
}

inline void Step::run_output(const Phase& phase, int chunk, Scratch& scratch) {
  const Linear& output = model_->layers[phase.layer].output;
  const RowSet& rows = *phase.rows;
  const int head_dim = geometry_.head_dim, stride = head_dim + 2, width = model_->query_width();
  if (scratch.enter()) {
    for (int index = 0; index < rows.num_active(); ++index) {
      const int number = rows.active[index];
      const Row& row = rows.rows[number];
      if (row.num_parts == 1) {
        set_shared_input(scratch, index, attended_.data() + (size_t)number * attended_stride_, width);
        continue;
      }
      const size_t part_stride = (size_t)geometry_.num_heads * stride;
      const float* sums = partials_.data() + row.first_partial * part_stride;
      float* own = own_row(scratch, index, width);
      for (int head = 0; head < geometry_.num_heads; ++head)
        merge_parts(sums + head * stride, row.num_parts, part_stride, head_dim,
                    own + head * head_dim);
      set_input(scratch, index, own, width);
    }
  }
  const int per_chunk = panels_per_chunk(output, rows.num_active());
  project_panels(output, chunk * per_chunk, per_chunk, rows.num_active(), dotted_, scratch,
                 [&](int panel, const float* out) {
                   const int step = output.panel_rows(), columns = columns_of(output, panel);
                   for (int index = 0; index < rows.num_active(); ++index) {
                     float* target = residual(rows.active[index]) + panel * step;
                     for (int column = 0; column < columns; ++column)
                       target[column] += out[index * step + column];
                   }
                 });
}

inline void Step::write_activation(int row, int offset, const float* gate, const float* up,
                                   int width) {
  float* base = activations_.data() + (size_t)row * activation_stride_;
  for (int index = 0; index < width; index += kLanes) {
    Vector value = silu(load(gate + index)) * load(up + index) * kInputFactor;
    if (!geometry_.bfloat16_activations) {
      store(base + offset + index, value);
      continue;
    }
    for (int lane = 0; lane < kLanes; ++lane) {
      const uint16_t half = to_bfloat16(value[lane]);
      if (dotted_)
        ((uint16_t*)base)[offset + index + lane] = half;
      else
        base[offset + index + lane] = widen(half);
    }
  }
}

inline const float* Step::activation(int row, int offset) const {
  const float* base = activations_.data() + (size_t)row * activation_stride_;
  return dotted_ ? (const float*)((const uint16_t*)base + offset) : base + offset;
}

inline int padded_width(const Linear& gate_up) { return gate_up.panels / 2 * gate_up.panel_rows(); }

// Where the activation of a row's choice lies; the shared expert's (or the dense one's) comes last.
inline int choice_offset(const FeedForward& layer, int choice) {
  return layer.sparse() ? choice * padded_width(layer.expert_gate_up[0]) : 0;
}

inline void Step::run_gate_up(const Phase& phase, int chunk, Scratch& scratch) {
  const Layer& layer = model_->layers[phase.layer];
  const FeedForward& forward = layer.feed_forward;
  const RowSet& rows = *phase.rows;
  const int count = rows.num_active(), hidden_size = geometry_.hidden_size;
  if (scratch.enter()) {
    for (int index = 0; index < count; ++index) {
      float* own = own_row(scratch, index, hidden_size);
      normalize(residual(rows.active[index]), layer.post_attention_norm.data(), hidden_size,
                geometry_.epsilon, own, kInputFactor);
      if (forward.sparse()) route(forward, geometry_, own, index, scratch.routing);
      set_input(scratch, index, own, hidden_size);
    }
    if (forward.sparse()) group_by_expert(count, geometry_.num_experts, scratch.routing);
  }
  // The next phase changes what the choice was made from.
  if (chunk == 0 && forward.sparse()) routing_ = scratch.routing;
  const Linear* gate_up = &forward.gate_up;
  const int own_chunks = gate_up->panels / 2;
  int expert = -1, members = count;
  const int* row = nullptr;
  const int* choice = nullptr;
  int panel = chunk;
  if (chunk >= own_chunks) {
    const Routing& routing = scratch.routing;
    const int per_expert = forward.expert_gate_up[0].panels / 2;
    expert = (chunk - own_chunks) / per_expert;
    panel = (chunk - own_chunks) % per_expert;
    if (expert >= (int)routing.used.size()) return;
    gate_up = &forward.expert_gate_up[routing.used[expert]];
    row = routing.row.data() + routing.first[expert];
    choice = routing.choice.data() + routing.first[expert];
    members = routing.first[expert + 1] - routing.first[expert];
  }
  for (int index = 0; index < members; ++index)
    scratch.gathered[index] = scratch.inputs[row ? row[index] : index];
  float *gate = scratch.tile.data(), *up = scratch.second_tile.data();
  if (members == 1) {
    const float* both[2] = {scratch.gathered[0], scratch.gathered[0]};
    project_two(*gate_up, 2 * panel, *gate_up, 2 * panel + 1, both, dotted_, gate, up);
  } else {
    project(*gate_up, 2 * panel, scratch.gathered.data(), members, dotted_, gate);
    project(*gate_up, 2 * panel + 1, scratch.gathered.data(), members, dotted_, up);
  }
  const int width = gate_up->panel_rows();
  for (int index = 0; index < members; ++index) {
    const int offset = choice_offset(forward, choice ? choice[index] : geometry_.top_k);
    write_activation(row ? row[index] : index, offset + panel * width, gate + index * width,
                     up + index * width, width);
  }
}

// One panel of the layer's output: routed experts in ascending order, then the shared one.
inline void Step::run_down(const Phase& phase, int chunk, Scratch& scratch) {
  const FeedForward& forward = model_->layers[phase.layer].feed_forward;
  const RowSet& rows = *phase.rows;
  const int count = rows.num_active(), width = forward.down.panel_rows();
  float *sums = scratch.sums.data(), *tile = scratch.tile.data();
  std::fill(sums, sums + count * width, 0.0f);
  auto add = [&](int row, float weight, const float* out) {
    for (int index = 0; index < width; ++index) sums[row * width + index] += weight * out[index];
  };
  const Routing& routing = routing_;
  const int used = forward.sparse() ? (int)routing.used.size() : 0;
  int expert = 0;
  auto members_of = [&](int index) { return routing.first[index + 1] - routing.first[index]; };
  auto input_of = [&](int member) {
    return activation(routing.row[member], choice_offset(forward, routing.choice[member]));
  };
  auto add_member = [&](int member, const float* out) {
    const int row = routing.row[member];
    add(row, routing.weights[row * routing.top_k + routing.choice[member]], out);
  };
  while (expert < used) {
    const Linear& down = forward.expert_down[routing.used[expert]];
    const int begin = routing.first[expert], members = members_of(expert);
    if (members == 1 && expert + 1 < used && members_of(expert + 1) == 1) {
      const float* inputs[2] = {input_of(begin), input_of(begin + 1)};
      float* second = scratch.second_tile.data();
      project_two(down, chunk, forward.expert_down[routing.used[expert + 1]], chunk, inputs,
                  dotted_, tile, second);
      add_member(begin, tile);
      add_member(begin + 1, second);
      expert += 2;
      continue;
    }
    for (int index = 0; index < members; ++index) scratch.gathered[index] = input_of(begin + index);
    project(down, chunk, scratch.gathered.data(), members, dotted_, tile);
    for (int index = 0; index < members; ++index) add_member(begin + index, tile + index * width);
    ++expert;
  }
  for (int row = 0; row < count; ++row)
    scratch.gathered[row] = activation(row, choice_offset(forward, geometry_.top_k));
  project(forward.down, chunk, scratch.gathered.data(), count, dotted_, tile);
  const int columns = columns_of(forward.down, chunk);
  for (int row = 0; row < count; ++row) {
    add(row, 1.0f, tile + row * width);
    float* target = residual(rows.active[row]) + chunk * width;
    for (int column = 0; column < columns; ++column) target[column] += sums[row * width + column];
  }
}
