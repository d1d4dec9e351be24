/** Event ids, `<attempt>-<seq>`: ordered by attempt, then by seq, as numbers. */

function parse(id: string): readonly [attempt: number, seq: number] {
  const [attempt = "", seq = ""] = id.split("-");
  return [Number(attempt), Number(seq)];
}

/** Whether `id` comes after `other`; everything comes after null. */
export function isAfter(id: string, other: string | null): boolean {
  if (other === null) return true;
  const [attempt, seq] = parse(id);
  const [otherAttempt, otherSeq] = parse(other);
  return attempt === otherAttempt ? seq > otherSeq : attempt > otherAttempt;
}
