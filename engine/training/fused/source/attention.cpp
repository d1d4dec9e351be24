// Causal attention over packed documents for training on a CPU with bf16 dot products.
//
// Everything is computed transposed, [key][query]: a row of scores belongs to one key, so that the
// softmax over keys is made of vertical vector operations, and a product's result is the next
// product's operand as it stands. All products are one block product: A [64 or dim][inner] bf16,
// row-major, times B [inner / 2][64], two inner values side by side in 32 bits, into fp32.
//
// A task is one document with one key head and the query heads that share it; nobody else writes
// what it writes, so results do not depend on threads.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <thread>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

#if defined(__AVX512BF16__) && defined(__AVX512F__) && defined(__AVX512BW__)
#include <immintrin.h>

namespace {

constexpr int BLOCK = 64;
constexpr int HALF = BLOCK / 2;  // dimensions come in multiples of it, up to LARGEST
constexpr int LARGEST = 128;
constexpr int VECTORS = BLOCK / 16;
constexpr float FAR = 1e30f;

// Tensors of one call: queries [tokens, heads, dim], keys and values [tokens, key_heads, dim].
struct Shape {
    int heads, key_heads, dim, group;
    float scale;
    long query_stride() const { return long(heads) * dim; }
    long key_stride() const { return long(key_heads) * dim; }
};

struct Document {
    long start;
    int length;
    int padded() const { return (length + BLOCK - 1) / BLOCK * BLOCK; }
};

// C [rows][16 WIDE] (+)= A [rows][inner] x B [inner / 2][16 WIDE]; rows is a multiple of 4.
template <int WIDE = VECTORS>
void multiply(const uint16_t* a, long a_stride, const uint32_t* b, long b_stride, float* c,
              long c_stride, int rows, int inner, bool adds) {
    for (int row = 0; row < rows; row += 4) {
        __m512 sum[4][WIDE];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < WIDE; j++)
                sum[i][j] = adds ? _mm512_loadu_ps(c + (row + i) * c_stride + 16 * j)
                                 : _mm512_setzero_ps();
        for (int pair = 0; pair < inner / 2; pair++) {
            __m512bh right[WIDE];
            for (int j = 0; j < WIDE; j++)
                right[j] = (__m512bh)_mm512_loadu_si512(b + pair * b_stride + 16 * j);
            for (int i = 0; i < 4; i++) {
                int32_t both;
                std::memcpy(&both, a + (row + i) * a_stride + 2 * pair, 4);
                const __m512bh left = (__m512bh)_mm512_set1_epi32(both);
                for (int j = 0; j < WIDE; j++)
                    sum[i][j] = _mm512_dpbf16_ps(sum[i][j], left, right[j]);
            }
        }
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < WIDE; j++)
                _mm512_storeu_ps(c + (row + i) * c_stride + 16 * j, sum[i][j]);
    }
}

// e to the x for x <= 0, to about 2e-7: a power of two times a polynomial.
__m512 exponential(__m512 x) {
    const __m512 scaled = _mm512_mul_ps(x, _mm512_set1_ps(1.44269504f));
    const __m512 whole = _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEAREST_INT);
    const __m512 rest = _mm512_sub_ps(scaled, whole);
    __m512 sum = _mm512_set1_ps(1.33335581e-3f);
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(9.61812911e-3f));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(5.55041087e-2f));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(2.40226507e-1f));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(6.93147181e-1f));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(sum, whole);
}

uint16_t to_bf16(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float from_bf16(uint16_t value) {
    const uint32_t bits = uint32_t(value) << 16;
    float number;
    std::memcpy(&number, &bits, 4);
    return number;
}

__m512i as_bits(__m512 values) {  // 16 bf16 in the low halves of 32 bits
    return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(values));
}

// Two rows of a block as the pairs of a right operand: the upper row in the low halves.
void store_pairs(__m512 upper, __m512 lower, uint32_t* out) {
    const __m512i high = _mm512_slli_epi32(as_bits(lower), 16);
    _mm512_storeu_si512(out, _mm512_or_si512(as_bits(upper), high));
}

void store_row(__m512 values, uint16_t* out) {
    _mm256_storeu_si256((__m256i*)out, (__m256i)_mm512_cvtneps_pbh(values));
}

// Rows [length][dim] of a document as a right operand [dim / 2][padded], dimensions in pairs.
void pack_dimensions(const uint16_t* rows, long stride, int length, int padded, int dim,
                     uint32_t* out) {
    for (int token = 0; token < padded; token++)
        for (int pair = 0; pair < dim / 2; pair++) {
            uint32_t both = 0;
            if (token < length) std::memcpy(&both, rows + token * stride + 2 * pair, 4);
            out[long(pair) * padded + token] = both;
        }
}

// Rows [length][dim] of a document as a right operand [padded / 2][dim], tokens in pairs.
void pack_tokens(const uint16_t* rows, long stride, int length, int padded, int dim,
                 uint32_t* out) {
    for (int token = 0; token < padded; token += 2)
        for (int d = 0; d < dim; d++) {
            const uint32_t first = token < length ? rows[token * stride + d] : 0;
            const uint32_t second = token + 1 < length ? rows[(token + 1) * stride + d] : 0;
            out[long(token / 2) * dim + d] = first | second << 16;
        }
}

// Rows [length][dim] as a left operand [dim][padded].
void transpose(const uint16_t* rows, long stride, int length, int padded, int dim, uint16_t* out) {
    for (int d = 0; d < dim; d++)
        for (int token = 0; token < padded; token++)
            out[long(d) * padded + token] = token < length ? rows[token * stride + d] : 0;
}

// Rows [length][dim] without gaps and with zeros behind their end: [padded][dim].
void gather(const uint16_t* rows, long stride, int length, int padded, int dim, uint16_t* out) {
    std::memset(out, 0, sizeof(uint16_t) * padded * dim);
    for (int token = 0; token < length; token++)
        std::memcpy(out + long(token) * dim, rows + token * stride, sizeof(uint16_t) * dim);
}

__mmask16 later_than(int key, int query) {  // of 16 queries from `query`, those before `key`
    const int hidden = std::clamp(key - query, 0, 16);
    return __mmask16((1u << hidden) - 1);
}

// [dim][64] fp32 to rows of bf16, each column times its factor.
void write_columns(const float* columns, long stride, const float* factors, int count, int dim,
                   uint16_t* out, long out_stride) {
    for (int column = 0; column < count; column++)
        for (int d = 0; d < dim; d++)
            out[column * out_stride + d] = to_bf16(columns[d * stride + column] * factors[column]);
}

struct Forward {
    Shape shape;
    const uint16_t *queries, *keys, *values;
    uint16_t* out;
    float* log_sums;  // [tokens, heads]

    void run(const Document& document, int key_head) const {
        const int dim = shape.dim, length = document.length, padded = document.padded();
        const long key_at = document.start * shape.key_stride() + long(key_head) * dim;
        std::vector<uint16_t> key_rows(long(padded) * dim), value_columns(long(padded) * dim);
        gather(keys + key_at, shape.key_stride(), length, padded, dim, key_rows.data());
        transpose(values + key_at, shape.key_stride(), length, padded, dim, value_columns.data());
        for (int head = key_head * shape.group; head < (key_head + 1) * shape.group; head++)
            for (int query = 0; query < padded; query += BLOCK)
                run_block(document, head, query, key_rows.data(), value_columns.data());
    }

    void run_block(const Document& document, int head, int query, const uint16_t* key_rows,
                   const uint16_t* value_columns) const {
        const int dim = shape.dim, padded = document.padded();
        const int count = std::min(BLOCK, document.length - query);
        const long at = (document.start + query) * shape.query_stride() + long(head) * dim;
        alignas(64) uint32_t packed[LARGEST / 2 * BLOCK], chances[BLOCK / 2 * BLOCK];
        alignas(64) float scores[BLOCK * BLOCK], mixed[LARGEST * BLOCK], factors[BLOCK];
        alignas(64) float largest[BLOCK], sums[BLOCK];
        pack_dimensions(queries + at, shape.query_stride(), count, BLOCK, dim, packed);
        std::fill_n(mixed, long(dim) * BLOCK, 0.0f);
        std::fill_n(largest, BLOCK, -FAR);
        std::fill_n(sums, BLOCK, 0.0f);
        for (int key = 0; key <= query; key += BLOCK) {
            multiply(key_rows + long(key) * dim, dim, packed, BLOCK, scores, BLOCK, BLOCK, dim,
                     false);
            soften(scores, chances, largest, sums, mixed, key == query);
            multiply(value_columns + key, padded, chances, BLOCK, mixed, BLOCK, dim, BLOCK, true);
        }
        for (int i = 0; i < count; i++) {
            factors[i] = 1.0f / sums[i];
            log_sums[(document.start + query + i) * shape.heads + head] =
                largest[i] + std::log(sums[i]);
        }
        write_columns(mixed, BLOCK, factors, count, dim, out + at, shape.query_stride());
    }

    // One more block of keys: scores to chances, with what was mixed so far scaled to the new
    // largest score.
    void soften(const float* scores, uint32_t* chances, float* largest, float* sums, float* mixed,
                bool is_diagonal) const {
        const __m512 scale = _mm512_set1_ps(shape.scale), hidden = _mm512_set1_ps(-FAR);
        for (int j = 0; j < VECTORS; j++) {
            const int at = 16 * j;
            __m512 high = _mm512_loadu_ps(largest + at);
            const __m512 before = high;
            const int keys_here = is_diagonal ? at + 16 : BLOCK;
            for (int key = 0; key < keys_here; key++)
                high = _mm512_max_ps(high, score(scores, key, at, scale, hidden, is_diagonal));
            const __m512 shrunk = exponential(_mm512_sub_ps(before, high));
            __m512 sum = _mm512_mul_ps(_mm512_loadu_ps(sums + at), shrunk);
            for (int key = 0; key < BLOCK; key += 2) {
                __m512 pair[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
                for (int i = 0; i < 2 && key < keys_here; i++) {
                    const __m512 value = score(scores, key + i, at, scale, hidden, is_diagonal);
                    pair[i] = exponential(_mm512_sub_ps(value, high));
                    sum = _mm512_add_ps(sum, pair[i]);
                }
                store_pairs(pair[0], pair[1], chances + key / 2 * BLOCK + at);
            }
            _mm512_storeu_ps(largest + at, high);
            _mm512_storeu_ps(sums + at, sum);
            for (int d = 0; d < shape.dim; d++) {
                float* place = mixed + d * BLOCK + at;
                _mm512_storeu_ps(place, _mm512_mul_ps(_mm512_loadu_ps(place), shrunk));
            }
        }
    }

    static __m512 score(const float* scores, int key, int at, __m512 scale, __m512 hidden,
                        bool is_diagonal) {
        const __m512 value = _mm512_mul_ps(_mm512_loadu_ps(scores + key * BLOCK + at), scale);
        return is_diagonal ? _mm512_mask_mov_ps(value, later_than(key, at), hidden) : value;
    }
};

struct Backward {
    Shape shape;
    const uint16_t *queries, *keys, *values, *out, *out_gradient;
    const float* log_sums;
    uint16_t *query_gradient, *key_gradient, *value_gradient;

    // What the products need of one query head.
    struct Head {
        std::vector<uint32_t> query_dimensions, query_tokens, gradient_dimensions, gradient_tokens;
        std::vector<float> log_sums, deltas, query_gradient;  // the last [dim][padded]
    };

    void run(const Document& document, int key_head) const {
        const int dim = shape.dim, length = document.length, padded = document.padded();
        const long key_at = document.start * shape.key_stride() + long(key_head) * dim;
        std::vector<uint16_t> key_rows(long(padded) * dim), key_columns(long(padded) * dim),
            value_rows(long(padded) * dim);
        gather(keys + key_at, shape.key_stride(), length, padded, dim, key_rows.data());
        gather(values + key_at, shape.key_stride(), length, padded, dim, value_rows.data());
        transpose(keys + key_at, shape.key_stride(), length, padded, dim, key_columns.data());
        std::vector<Head> group;
        for (int head = key_head * shape.group; head < (key_head + 1) * shape.group; head++)
            group.push_back(prepare(document, head));
        std::vector<float> key_sums(long(BLOCK) * dim), value_sums(long(BLOCK) * dim);
        for (int key = 0; key < padded; key += BLOCK) {
            std::fill(key_sums.begin(), key_sums.end(), 0.0f);
            std::fill(value_sums.begin(), value_sums.end(), 0.0f);
            for (Head& head : group)
                for (int query = key; query < padded; query += BLOCK)
                    run_block(head, key, query, padded, key_rows.data() + long(key) * dim,
                              value_rows.data() + long(key) * dim, key_columns.data() + key,
                              key_sums.data(), value_sums.data());
            const int count = std::min(BLOCK, length - key);
            const long at = key_at + key * shape.key_stride();
            write_rows(key_sums.data(), count, key_gradient + at);
            write_rows(value_sums.data(), count, value_gradient + at);
        }
        const std::vector<float> ones(padded, 1.0f);
        for (int i = 0; i < shape.group; i++)
            write_columns(group[i].query_gradient.data(), padded, ones.data(), length, dim,
                          query_gradient + document.start * shape.query_stride() +
                              long(key_head * shape.group + i) * dim,
                          shape.query_stride());
    }

    Head prepare(const Document& document, int head) const {
        const int dim = shape.dim, length = document.length, padded = document.padded();
        const long stride = shape.query_stride();
        const long at = document.start * stride + long(head) * dim;
        Head made;
        const long size = long(padded) / 2 * dim;
        for (auto* packed : {&made.query_dimensions, &made.query_tokens, &made.gradient_dimensions,
                             &made.gradient_tokens})
            packed->resize(size);
        pack_dimensions(queries + at, stride, length, padded, dim, made.query_dimensions.data());
        pack_tokens(queries + at, stride, length, padded, dim, made.query_tokens.data());
        pack_dimensions(out_gradient + at, stride, length, padded, dim,
                        made.gradient_dimensions.data());
        pack_tokens(out_gradient + at, stride, length, padded, dim, made.gradient_tokens.data());
        made.query_gradient.assign(long(dim) * padded, 0.0f);
        made.log_sums.assign(padded, FAR);  // behind the end every chance is zero
        made.deltas.assign(padded, 0.0f);
        for (int token = 0; token < length; token++) {
            made.log_sums[token] = log_sums[(document.start + token) * shape.heads + head];
            float delta = 0.0f;
            for (int d = 0; d < dim; d++)
                delta += from_bf16(out[at + token * stride + d]) *
                         from_bf16(out_gradient[at + token * stride + d]);
            made.deltas[token] = delta;
        }
        return made;
    }

    void run_block(Head& head, int key, int query, int padded, const uint16_t* key_rows,
                   const uint16_t* value_rows, const uint16_t* key_columns, float* key_sums,
                   float* value_sums) const {
        const int dim = shape.dim;
        alignas(64) float scores[BLOCK * BLOCK], slopes[BLOCK * BLOCK];
        alignas(64) uint16_t chances[BLOCK * BLOCK], gradients[BLOCK * BLOCK];
        alignas(64) uint32_t gradient_pairs[BLOCK / 2 * BLOCK];
        multiply(key_rows, dim, head.query_dimensions.data() + query, padded, scores, BLOCK, BLOCK,
                 dim, false);
        multiply(value_rows, dim, head.gradient_dimensions.data() + query, padded, slopes, BLOCK,
                 BLOCK, dim, false);
        derive(head, query, key == query, scores, slopes, chances, gradients, gradient_pairs);
        for (int d = 0; d < dim; d += HALF) {
            const long at = long(query / 2) * dim + d;
            multiply<HALF / 16>(chances, BLOCK, head.gradient_tokens.data() + at, dim,
                                value_sums + d, dim, BLOCK, BLOCK, true);
            multiply<HALF / 16>(gradients, BLOCK, head.query_tokens.data() + at, dim, key_sums + d,
                                dim, BLOCK, BLOCK, true);
        }
        multiply(key_columns, padded, gradient_pairs, BLOCK, head.query_gradient.data() + query,
                 padded, dim, BLOCK, true);
    }

    // Chances [key][query] and the gradients of their scores, both as rows, the latter as pairs too.
    void derive(const Head& head, int query, bool is_diagonal, const float* scores,
                const float* slopes, uint16_t* chances, uint16_t* gradients,
                uint32_t* gradient_pairs) const {
        const __m512 scale = _mm512_set1_ps(shape.scale);
        for (int j = 0; j < VECTORS; j++) {
            const int at = 16 * j;
            const __m512 log_sum = _mm512_loadu_ps(head.log_sums.data() + query + at);
            const __m512 delta = _mm512_loadu_ps(head.deltas.data() + query + at);
            for (int key = 0; key < BLOCK; key += 2) {
                __m512 pair[2];
                for (int i = 0; i < 2; i++) {
                    const long place = (key + i) * BLOCK + at;
                    const __mmask16 seen =
                        is_diagonal ? __mmask16(~later_than(key + i, at)) : __mmask16(0xffff);
                    const __m512 score = _mm512_mul_ps(_mm512_loadu_ps(scores + place), scale);
                    const __m512 chance = _mm512_maskz_mov_ps(
                        seen, exponential(_mm512_min_ps(_mm512_sub_ps(score, log_sum),
                                                        _mm512_setzero_ps())));
                    const __m512 slope = _mm512_sub_ps(_mm512_loadu_ps(slopes + place), delta);
                    pair[i] = _mm512_mul_ps(_mm512_mul_ps(chance, slope), scale);
                    store_row(chance, chances + place);
                    store_row(pair[i], gradients + place);
                }
                store_pairs(pair[0], pair[1], gradient_pairs + key / 2 * BLOCK + at);
            }
        }
    }

    void write_rows(const float* rows, int count, uint16_t* out) const {
        for (int row = 0; row < count; row++)
            for (int d = 0; d < shape.dim; d++)
                out[row * shape.key_stride() + d] = to_bf16(rows[long(row) * shape.dim + d]);
    }
};

// Runs every (document, key head), the longest documents first, on so many threads.
template <class Pass>
void run_all(const Pass& pass, const long* lengths, int count, int threads) {
    std::vector<Document> documents;
    long start = 0;
    for (int i = 0; i < count; i++) {
        documents.push_back({start, int(lengths[i])});
        start += lengths[i];
    }
    std::stable_sort(documents.begin(), documents.end(),
                     [](const Document& a, const Document& b) { return a.length > b.length; });
    const int key_heads = pass.shape.key_heads, tasks = count * key_heads;
    std::atomic<int> next{0};
    const auto work = [&] {
        for (int task = next++; task < tasks; task = next++)
            pass.run(documents[task / key_heads], task % key_heads);
    };
    std::vector<std::thread> helpers;
    for (int i = 1; i < std::min(threads, tasks); i++) helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
}

Shape make_shape(int heads, int key_heads, int dim) {
    return {heads, key_heads, dim, heads / key_heads, 1.0f / std::sqrt(float(dim))};
}

}  // namespace

EXPORT int attention_is_available() { return 1; }

EXPORT void attention_forward(const uint16_t* queries, const uint16_t* keys,
                              const uint16_t* values, uint16_t* out, float* log_sums,
                              const long* lengths, int documents, int heads, int key_heads,
                              int dim, int threads) {
    const Forward pass{make_shape(heads, key_heads, dim), queries, keys, values, out, log_sums};
    run_all(pass, lengths, documents, threads);
}

EXPORT void attention_backward(const uint16_t* queries, const uint16_t* keys,
                               const uint16_t* values, const uint16_t* out,
                               const uint16_t* out_gradient, const float* log_sums,
                               uint16_t* query_gradient, uint16_t* key_gradient,
                               uint16_t* value_gradient, const long* lengths, int documents,
                               int heads, int key_heads, int dim, int threads) {
    const Backward pass{make_shape(heads, key_heads, dim), queries, keys, values, out,
                        out_gradient, log_sums, query_gradient, key_gradient, value_gradient};
    run_all(pass, lengths, documents, threads);
}

#else

EXPORT int attention_is_available() { return 0; }

#endif
