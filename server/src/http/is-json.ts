const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** Whether a request says that its body is JSON. */
export const isJson = ({ headers }: { headers: Record<string, string | string[] | undefined> }): boolean =>
  JSON_TYPE.test(String(headers['content-type'] ?? ''));
