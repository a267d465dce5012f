/** What a state means at a glance. "neutral" also for offline, which is normal and never an alarm. */
export type StateTone = "neutral" | "active" | "safe" | "warning" | "danger";
