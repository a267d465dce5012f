/** "0:24", "5:00": how long something is that is heard, in whole seconds. */
export function clockLength(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
