// What somebody has written and passed, kept by their browser.

/** Return the value of that name, and how to keep it; whoever forbids it has it as long as the page is there. */
export function kept(name, begin) {
  let before = null;
  try {
    before = JSON.parse(localStorage.getItem(name));
  } catch { /* nothing readable was kept */ }
  const value = { ...begin, ...before };
  return {
    value,
    keep() {
      try {
        localStorage.setItem(name, JSON.stringify(value));
      } catch { /* forbidden, or full */ }
    },
  };
}
