/** What one look found. */
export interface Finding {
  /** What was looked at: `journal`. */
  check: string;
  status: 'ok' | 'warning' | 'error';
  message: string;
  /** What to do about it; there is one for whatever is not ok. */
  mend?: string;
  /** For programs. */
  figures?: Record<string, unknown>;
}

export type Result = Omit<Finding, 'check'>;

export const ok = (message: string, figures?: Result['figures']): Result => ({
  status: 'ok',
  message,
  ...(figures && { figures }),
});
export const warning = (message: string, mend: string, figures?: Result['figures']): Result => ({
  ...ok(message, figures),
  status: 'warning',
  mend,
});
export const error = (message: string, mend: string, figures?: Result['figures']): Result => ({
  ...ok(message, figures),
  status: 'error',
  mend,
});
