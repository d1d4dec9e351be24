// Vectors of floats as wide as the machine's, in the compilers' own vector extension.
//
// Owns loads and stores, the few functions of a real number that the model needs, and sums whose
// order is fixed. Knows nothing of layers.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

// Floats in a vector. Any choice is right on every machine; this one is the fast one.
#if !defined(LANES)
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
#endif
constexpr int kLanes = LANES;

// Machines with 32 vector registers hold larger tiles of sums.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr bool kManyRegisters = true;
#else
constexpr bool kManyRegisters = false;
#endif

#define INLINE inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(kLanes * 4)));
typedef int32_t Integers __attribute__((vector_size(kLanes * 4)));
typedef uint32_t Bits __attribute__((vector_size(kLanes * 4)));
typedef int16_t Shorts __attribute__((vector_size(kLanes * 4)));
typedef uint16_t Halves __attribute__((vector_size(kLanes * 2)));

// Memory that begins with a cache line, so that no vector lies across two.
template <class Value>
struct CacheLines {
  using value_type = Value;
  CacheLines() = default;
  template <class Other>
  CacheLines(const CacheLines<Other>&) {}
  Value* allocate(size_t count) {
    return (Value*)::operator new(count * sizeof(Value), std::align_val_t(64));
  }
  void deallocate(Value* memory, size_t) { ::operator delete(memory, std::align_val_t(64)); }
  bool operator==(const CacheLines&) const { return true; }
  bool operator!=(const CacheLines&) const { return false; }
};

template <class Value>
using Aligned = std::vector<Value, CacheLines<Value>>;
using Floats = Aligned<float>;

INLINE int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

INLINE Vector broadcast(float value) {
#if LANES == 16
  return Vector{value, value, value, value, value, value, value, value,
                value, value, value, value, value, value, value, value};
#elif LANES == 8
  return Vector{value, value, value, value, value, value, value, value};
#else
  return Vector{value, value, value, value};
#endif
}

INLINE Vector load(const float* source) {
  Vector value;
  std::memcpy(&value, source, sizeof value);
  return value;
}

INLINE void store(float* target, Vector value) { std::memcpy(target, &value, sizeof value); }

INLINE Vector as_floats(Bits bits) { return (Vector)bits; }

// bfloat16 numbers are the upper halves of floats, so widening is exact.
INLINE Vector load(const uint16_t* source) {
  Halves halves;
  std::memcpy(&halves, source, sizeof halves);
  return as_floats(__builtin_convertvector(halves, Bits) << 16);
}

INLINE float widen(float value) { return value; }

INLINE float widen(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Round to nearest, ties to even; not-a-number stays one.
INLINE uint16_t to_bfloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return (uint16_t)((bits >> 16) | 0x40);
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

INLINE void narrow(float value, float* target) { *target = value; }
INLINE void narrow(float value, uint16_t* target) { *target = to_bfloat16(value); }

// Keep a loaded value in its register: compilers like to load it again for each use.
#if defined(__x86_64__) && \
    (LANES == 4 || (LANES == 8 && defined(__AVX2__)) || (LANES == 16 && defined(__AVX512F__)))
INLINE void keep(Vector& value) { asm("" : "+v"(value)); }
#elif defined(__aarch64__) && LANES == 4
INLINE void keep(Vector& value) { asm("" : "+w"(value)); }
#else
INLINE void keep(Vector&) {}
#endif

// The same address, of which the compiler does not know that it has loaded from it before.
INLINE const float* forget(const float* address) {
  asm("" : "+r"(address));
  return address;
}

// The larger and the smaller of two; the second one if either is not a number. Compilers do not
// find the instruction by themselves.
#if defined(__AVX512F__) && LANES == 16
INLINE Vector maximum(Vector a, Vector b) { return (Vector)_mm512_max_ps((__m512)a, (__m512)b); }
INLINE Vector minimum(Vector a, Vector b) { return (Vector)_mm512_min_ps((__m512)a, (__m512)b); }
#elif defined(__AVX2__) && LANES == 8
INLINE Vector maximum(Vector a, Vector b) { return (Vector)_mm256_max_ps((__m256)a, (__m256)b); }
INLINE Vector minimum(Vector a, Vector b) { return (Vector)_mm256_min_ps((__m256)a, (__m256)b); }
#else
INLINE Vector maximum(Vector a, Vector b) { return a > b ? a : b; }
INLINE Vector minimum(Vector a, Vector b) { return a < b ? a : b; }
#endif

// e to the power of each lane, which must be below 88; relative error about 1e-7, and below e^-87 it
// stays at e^-87. Range reduction by ln 2 in two parts, then the polynomial of Cephes' expf
// (Moshier, 1989). Adding the large number rounds, and leaves the exponent in the lowest bits.
INLINE Vector exponential_below(Vector x) {
  x = maximum(broadcast(-87.0f), x);
  const Vector shift = broadcast(12582912.0f + 127.0f);
  Vector turns = x * 1.44269504088896341f + shift;
  const Vector scale = (Vector)((Integers)turns << 23);
  turns -= shift;
  Vector rest = x - turns * 0.693359375f;
  rest = rest + turns * 2.12194440e-4f;
  Vector power = broadcast(1.9875691500e-4f);
  power = power * rest + 1.3981999507e-3f;
  power = power * rest + 8.3334519073e-3f;
  power = power * rest + 4.1665795894e-2f;
  power = power * rest + 1.6666665459e-1f;
  power = power * rest + 5.0000001201e-1f;
  power = power * (rest * rest) + (rest + 1.0f);
  return power * scale;
}

INLINE Vector exponential(Vector x) { return exponential_below(minimum(broadcast(88.0f), x)); }

INLINE Vector silu(Vector x) { return x / (1.0f + exponential(-x)); }

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define HAS_SHUFFLE 1
#endif
#endif

#if defined(HAS_SHUFFLE)
#if LANES == 16
INLINE Vector add_pairs(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}
INLINE Vector add_quarters(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
#elif LANES == 8
INLINE Vector add_pairs(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}
INLINE Vector add_quarters(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}
#else
INLINE Vector add_pairs(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7);
}
#endif
#endif

#if defined(HAS_SHUFFLE)
#if LANES == 16
INLINE Vector interleave_low(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
INLINE Vector interleave_high(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
#elif LANES == 8
INLINE Vector interleave_low(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}
INLINE Vector interleave_high(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}
#else
INLINE Vector interleave_low(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 0, 4, 1, 5);
}
INLINE Vector interleave_high(Vector a, Vector b) {
  return __builtin_shufflevector(a, b, 2, 6, 3, 7);
}
#endif
#endif

// Neighbors first, then neighbors of sums: the order of every sum over lanes in this library.
INLINE float sum_of(Vector value) {
#if defined(HAS_SHUFFLE)
  const Vector pairs = add_pairs(value, value), fours = add_pairs(pairs, pairs);
#if LANES == 16
  const Vector eights = add_quarters(fours, fours);
  return add_quarters(eights, eights)[0];
#elif LANES == 8
  return add_quarters(fours, fours)[0];
#else
  return fours[0];
#endif
#else
  float lanes[kLanes];
  store(lanes, value);
  for (int width = 1; width < kLanes; width *= 2)
    for (int lane = 0; lane < kLanes; lane += 2 * width) lanes[lane] += lanes[lane + width];
  return lanes[0];
#endif
}

INLINE float maximum_of(Vector value) {
#if defined(HAS_SHUFFLE)
  for (int width = 1; width < kLanes; width *= 2)
    value = maximum(interleave_low(value, value), interleave_high(value, value));
  return value[0];
#else
  float largest = value[0];
  for (int lane = 1; lane < kLanes; ++lane) largest = value[lane] > largest ? value[lane] : largest;
  return largest;
#endif
}

// Rows become columns. Interleaving the halves log2(kLanes) times does it.
INLINE void transpose(Vector (&rows)[kLanes]) {
#if defined(HAS_SHUFFLE)
  for (int width = 1; width < kLanes; width *= 2) {
    Vector turned[kLanes];
    for (int index = 0; index < kLanes / 2; ++index) {
      turned[2 * index] = interleave_low(rows[index], rows[index + kLanes / 2]);
      turned[2 * index + 1] = interleave_high(rows[index], rows[index + kLanes / 2]);
    }
    for (int index = 0; index < kLanes; ++index) rows[index] = turned[index];
  }
#else
  for (int row = 0; row < kLanes; ++row)
    for (int lane = 0; lane < row; ++lane) {
      const float value = rows[row][lane];
      rows[row][lane] = rows[lane][row];
      rows[lane][row] = value;
    }
#endif
}

// The sums of four vectors, in parts that `add_fours` puts together.
INLINE Vector sums_of_four(const Vector (&rows)[4]) {
#if defined(HAS_SHUFFLE)
  return add_pairs(add_pairs(rows[0], rows[1]), add_pairs(rows[2], rows[3]));
#else
  return Vector{sum_of(rows[0]), sum_of(rows[1]), sum_of(rows[2]), sum_of(rows[3])};
#endif
}

// One vector of the sums of kLanes vectors.
INLINE Vector add_fours(const Vector (&fours)[kLanes / 4]) {
#if !defined(HAS_SHUFFLE)
  Vector result;
  for (int lane = 0; lane < kLanes; ++lane) result[lane] = fours[lane / 4][lane % 4];
  return result;
#elif LANES == 16
  return add_quarters(add_quarters(fours[0], fours[1]), add_quarters(fours[2], fours[3]));
#elif LANES == 8
  return add_quarters(fours[0], fours[1]);
#else
  return fours[0];
#endif
}

INLINE float sum_of_squares(const float* values, int count) {
  Vector sums[2] = {};
  int index = 0;
  for (; index + 2 * kLanes <= count; index += 2 * kLanes) {
    const Vector first = load(values + index), second = load(values + index + kLanes);
    sums[0] += first * first;
    sums[1] += second * second;
  }
  float sum = sum_of(sums[0] + sums[1]);
  for (; index < count; ++index) sum += values[index] * values[index];
  return sum;
}

// Root mean square normalization, times `factor`; `target` may be `source`.
INLINE void normalize(const float* source, const float* weight, int count, float epsilon,
                      float* target, float factor = 1.0f) {
  factor = factor / std::sqrt(sum_of_squares(source, count) / (float)count + epsilon);
  for (int index = 0; index < count; ++index) target[index] = source[index] * factor * weight[index];
}
