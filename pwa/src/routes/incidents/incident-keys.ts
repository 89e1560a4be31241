/** What the keys do on the list of incidents: j and k go through it, the others act on where one is. */
export interface KeyActions {
  acknowledge: (id: string) => void;
  snooze: (id: string) => void;
  open: (id: string) => void;
  search: () => void;
}

/** @returns whether the key did something */
export function pressed(event: KeyboardEvent, list: HTMLElement, actions: KeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return false;
  const items = [...list.querySelectorAll<HTMLElement>('[data-incident]')];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const id = items[at]?.dataset.incident;
  const go = (to: number) => {
    items[Math.min(Math.max(to, 0), items.length - 1)]?.focus();
    return items.length > 0;
  };
  switch (event.key) {
    case 'j':
      return go(at + 1);
    case 'k':
      return go(at === -1 ? 0 : at - 1);
    case '/':
      actions.search();
      return true;
  }
  if (id === undefined) return false;
  switch (event.key) {
    case 'a':
      actions.acknowledge(id);
      return true;
    case 's':
      actions.snooze(id);
      return true;
    case 'c':
      actions.open(id);
      return true;
    case 'Enter':
      // On a button or a link Enter does what that says.
      if (document.activeElement !== items[at]) return false;
      actions.open(id);
      return true;
  }
  return false;
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (target.matches('input, textarea, select') && !target.matches('input[type=checkbox]')));
