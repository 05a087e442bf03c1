/** One line of `npm run bench`. */
export interface Row {
  readonly name: string;
  /** What it costs without goshim. */
  readonly direct: number;
  readonly wrapped: number;
  /** What is held against the budget. */
  readonly overhead: number;
  readonly budget: number;
  readonly unit: string;
}
