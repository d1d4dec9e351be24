// Threads that compute a job together: phases in order, each cut into chunks that whoever is there
// claims. Nobody waits for a thread, only for chunks, so a job goes on while a thread sleeps.
//
// Owns the threads, the order of phases and all waiting: first a bounded spin, then sleep, so that
// an idle pool takes no processor time and a busy machine is not kept busier.
#pragma once

#include <atomic>
#include <climits>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Sleep until a number changes.
class Gate {
 public:
  void wait(std::atomic<uint32_t>& word, uint32_t seen) {
    sleepers_.fetch_add(1);
#if defined(__linux__)
    if (word.load() == seen)
      syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
#else
    std::unique_lock<std::mutex> lock(mutex_);
    while (word.load() == seen) changed_.wait(lock);
#endif
    sleepers_.fetch_sub(1);
  }

  void wake(std::atomic<uint32_t>& word) {
    if (sleepers_.load() == 0) return;
#if defined(__linux__)
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
#else
    (void)word;
    std::lock_guard<std::mutex> lock(mutex_);
    changed_.notify_all();
#endif
  }

 private:
  std::atomic<uint32_t> sleepers_{0};
#if !defined(__linux__)
  std::mutex mutex_;
  std::condition_variable changed_;
#endif
};

// What a pool computes. `run_chunk` is called once for every chunk of every phase.
class Work {
 public:
  virtual ~Work() = default;
  virtual void run_chunk(int phase, int chunk, int thread) = 0;
};

class Pool {
 public:
  Pool(Work& work, int num_threads, int max_phases)
      : work_(work), progress_(new Progress[max_phases]), max_phases_(max_phases) {
    for (int thread = 1; thread < num_threads; ++thread)
      threads_.emplace_back([this, thread] { serve(thread); });
  }

  ~Pool() {
    stopping_.store(true);
    job_.fetch_add(1);
    gate_.wake(job_);
    for (std::thread& thread : threads_) thread.join();
  }

  // Stop every thread from claiming; what the phases read may be changed from here to `publish`.
  // The last job must be done.
  void prepare() {
    const uint64_t next = (uint64_t)(job_.load() + 1) << 32;
    for (int phase = 0; phase < num_phases_; ++phase)
      progress_[phase].claimed.store(next | kClosed);
    prepared_ = 0;
  }

  void add_phase(int chunks) {
    Progress& progress = progress_[prepared_++];
    progress.claimed.store((uint64_t)(job_.load() + 1) << 32 | kClosed);
    progress.total.store((uint32_t)chunks, std::memory_order_release);
    progress.done.store(0, std::memory_order_release);
  }

  // Of a phase that has not begun: called from a chunk of an earlier one.
  void set_chunks(int phase, int chunks) {
    progress_[phase].total.store((uint32_t)chunks, std::memory_order_release);
  }

  int num_prepared() const { return prepared_; }
  int max_phases() const { return max_phases_; }

  void publish() {
    const uint32_t job = job_.load() + 1;
    num_phases_ = prepared_;
    current_.store((uint64_t)job << 32);
    for (int phase = 0; phase < num_phases_; ++phase)
      progress_[phase].claimed.store((uint64_t)job << 32);
    job_.store(job);
    gate_.wake(job_);
  }

  // Join in until the job is done.
  void finish() { run_job(job_.load(), 0); }

 private:
  static constexpr uint32_t kClosed = 0x7fffffff;
  static constexpr int kSpins = 1500;
  static constexpr int kIdleSpins = 4000;

  struct alignas(64) Progress {
    std::atomic<uint64_t> claimed{0};  // job in the upper half, chunks handed out in the lower
    std::atomic<uint32_t> total{0};
    alignas(64) std::atomic<uint32_t> done{0};
  };

  void serve(int thread) {
    uint32_t seen = 0;
    while (true) {
      for (int spin = 0; spin < kIdleSpins && job_.load(std::memory_order_acquire) == seen; ++spin)
        relax();
      while (job_.load(std::memory_order_acquire) == seen) gate_.wait(job_, seen);
      seen = job_.load();
      if (stopping_.load()) return;
      run_job(seen, thread);
    }
  }

  void run_job(uint32_t job, int thread) {
    const int num_phases = num_phases_;
    const uint64_t current = current_.load(std::memory_order_acquire);
    if ((uint32_t)(current >> 32) != job) return;
    for (int phase = (int)(uint32_t)current; phase < num_phases; ++phase) {
      while (true) {
        const int chunk = claim(progress_[phase], job);
        if (chunk == kStale) return;
        if (chunk == kExhausted) break;
        work_.run_chunk(phase, chunk, thread);
        complete_chunk(phase, job);
      }
      if (!wait_for(phase, job)) return;
    }
  }

  static constexpr int kExhausted = -1, kStale = -2;

  // A thread that slept through the end of a job finds another job's number and leaves.
  int claim(Progress& progress, uint32_t job) {
    uint64_t claimed = progress.claimed.load(std::memory_order_acquire);
    while (true) {
      if ((uint32_t)(claimed >> 32) != job) return kStale;
      const uint32_t chunk = (uint32_t)claimed;
      if (chunk >= progress.total.load(std::memory_order_acquire)) return kExhausted;
      if (progress.claimed.compare_exchange_weak(claimed, claimed + 1, std::memory_order_acq_rel))
        return (int)chunk;
    }
  }

  void complete_chunk(int phase, uint32_t job) {
    Progress& progress = progress_[phase];
    const uint32_t total = progress.total.load(std::memory_order_acquire);
    if (progress.done.fetch_add(1) + 1 < total) return;
    advance((uint64_t)job << 32 | (uint32_t)(phase + 1));
    phase_gate_.wake(progress.done);
  }

  // Where late threads enter. Whoever was interrupted before this line must not set it back, nor
  // set it for the next job.
  void advance(uint64_t reached) {
    uint64_t current = current_.load(std::memory_order_relaxed);
    while (current < reached && (current >> 32) == (reached >> 32))
      if (current_.compare_exchange_weak(current, reached, std::memory_order_acq_rel)) return;
  }

  bool wait_for(int phase, uint32_t job) {
    Progress& progress = progress_[phase];
    const uint32_t total = progress.total.load(std::memory_order_acquire);
    for (int spin = 0;; ++spin) {
      const uint32_t done = progress.done.load(std::memory_order_acquire);
      if ((uint32_t)(progress.claimed.load(std::memory_order_relaxed) >> 32) != job) return false;
      if (done >= total) return true;
      if (spin < kSpins)
        relax();
      else
        phase_gate_.wait(progress.done, done);
    }
  }

  Work& work_;
  std::unique_ptr<Progress[]> progress_;
  const int max_phases_;
  int prepared_ = 0;
  std::atomic<int> num_phases_{0};
  alignas(64) std::atomic<uint32_t> job_{0};
  std::atomic<bool> stopping_{false};
  alignas(64) std::atomic<uint64_t> current_{0};  // job in the upper half, phase in the lower
  Gate gate_, phase_gate_;
  std::vector<std::thread> threads_;
};
