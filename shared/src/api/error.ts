/** Body of every answer of the API that is not a success. */
export interface ApiError {
  /** For programs: `invalid`, `unauthorized`, `forbidden`, `not_found`, `conflict`, `too_many_requests`, `internal`. */
  code: string;
  /** For people: what is wrong and how to mend it. */
  message: string;
  /** JSON pointer of the field at fault. */
  field?: string;
}
