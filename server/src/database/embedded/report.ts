/** Tells the person who waits what is being done: finding and starting MongoDB may take minutes. */
export type Report = (message: string) => void;
