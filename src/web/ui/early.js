// Keeps what a person does before the WASM runs, and replays it afterwards, in order and once. Gives the page to the WASM as
// the server has sent it, and back to the browser if the WASM ends.
//
// Links, forms and native popovers work without WASM and are left alone. Keys, clicks on buttons that only WASM serves,
// and the text of fields are kept. `html[data-starting]` is set until everything is replayed. Links out of the workspaces
// are left to the browser for as long as the page is open.
((root) => {
  const FIELD = "input:not([type=checkbox],[type=radio]),textarea,select";
  const SWITCH = "input[type=checkbox],input[type=radio]";
  const NAVIGATION = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter", "Escape", "Backspace"];
  const TYPES = ["keydown", "click", "input", "change", "toggle"];
  const queue = [];
  let keys = 0;
  let opensPalette = false;
  let isHydrated = false;
  root.dataset.starting = "";

  // As in keyboard.rs: an input method takes its keys itself, and layouts without Latin letters have those of a US keyboard.
  const isComposing = (event) => event.isComposing || event.keyCode === 229 || event.key === "Process";
  const isLetter = ({ key, code, altKey }, letter) => {
    const isForeign = /^[^\0-\u024f\u1e00-\u1eff]/.test(key) || (altKey && /^[^\0-\x7f]/.test(key));
    return isForeign ? code === `Key${letter.toUpperCase()}` : key.toLowerCase() === letter;
  };
  const isPalette = (event) => (event.ctrlKey || event.metaKey) && isLetter(event, "k");

  // Whether the key is for the WASM. Keys in fields belong to the field, and native controls keep Enter and Space.
  const keepsKey = (event, target) => {
    if (isComposing(event)) return false;
    if (isPalette(event)) return true;
    // What follows is meant for the palette, whatever has the focus.
    if (opensPalette && !event.ctrlKey && !event.metaKey) return event.key.length === 1 || NAVIGATION.includes(event.key);
    if (target.matches(FIELD) || event.ctrlKey || event.metaKey) return false;
    if (event.altKey) return isLetter(event, "o");
    if (keys) return event.key.length === 1 || NAVIGATION.includes(event.key);
    if (event.key === " ") return target.matches("a");
    if (event.key === "Enter") return false;
    if (target.matches("[type=radio]") && event.key.startsWith("Arrow")) return false;
    return event.key.length === 1 || NAVIGATION.includes(event.key);
  };

  const keepsClick = (target) =>
    target.matches(SWITCH) || target.closest("button")?.matches("[type=button]:not([popovertarget])");

  // Returns what the event has to be replayed with. Nothing if it is none of the WASM's.
  const entryOf = (event, target) => {
    switch (event.type) {
      case "keydown":
        return keepsKey(event, target) ? { event, target } : undefined;
      case "click":
        return keepsClick(target) ? { event, target, checked: target.checked } : undefined;
      case "toggle":
        return target.matches("[popover]") ? { event, target } : undefined;
      default:
        return target.matches(FIELD) ? { event, target, value: target.value } : undefined;
    }
  };

  const record = (event) => {
    const entry = event.isTrusted && event.target instanceof Element && entryOf(event, event.target);
    if (!entry) return;
    event.stopPropagation();
    if (event.type === "keydown") {
      // A card is lifted by a key that would scroll the page, and what follows a shortcut is meant for what it opens.
      if (keys || event.key.length === 1) event.preventDefault();
      keys += 1;
      opensPalette ||= isPalette(event);
    }
    // The last text of a field is enough.
    const isOfField = "value" in entry && ((other) => other.event.type === event.type && other.target === event.target);
    const former = isOfField && queue.find(isOfField);
    if (former) former.value = entry.value;
    else queue.push(entry);
  };

  // Writes `text` at the caret, in place of the selection or of as many characters before the caret.
  const write = (field, text, before = 0) => {
    const { selectionStart: start, selectionEnd: end, value } = field;
    if (typeof start === "number") field.setRangeText(text, start === end ? Math.max(0, start - before) : start, end, "end");
    // Fields for numbers and addresses do not tell the caret.
    else field.value = before ? value.slice(0, -before) : value + text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // What the browser itself would have done with the key.
  const type = ({ key, ctrlKey, metaKey, altKey }, target) => {
    if (ctrlKey || metaKey || altKey) return;
    if (target.matches(FIELD)) {
      if (key.length === 1) write(target, key);
      if (key === "Backspace") write(target, "", 1);
      if (key === "Enter" && target.matches("textarea")) write(target, "\n");
      if (key === "Enter" && target.matches("input")) target.form?.requestSubmit();
    } else if (target.matches(key === " " ? "button,summary" : "a,button,summary") && [" ", "Enter"].includes(key)) {
      target.click();
    }
  };

  // The element that keys were pressed at one after the other, and what had the focus when the first was replayed.
  let run = {};

  const press = ({ event, target }) => {
    const focused = document.activeElement ?? document.body;
    if (run.target !== target) run = { target, focused };
    // The key follows the focus that the keys before it have moved.
    const to = target.isConnected && run.focused === focused ? target : focused;
    if (to.dispatchEvent(new KeyboardEvent("keydown", event))) type(event, to);
  };

  const act = ({ event, target, value, checked }) => {
    if (event.type === "keydown") {
      press({ event, target });
    } else if (!target.isConnected) {
      // What the control belonged to is gone.
    } else if (event.type === "click") {
      // Hydration has reset a checkbox or not: the click must leave it as the person saw it.
      if (checked !== undefined) target.checked = !checked;
      target.dispatchEvent(new MouseEvent("click", event));
    } else if (event.type === "toggle") {
      if (target.matches(":popover-open")) target.dispatchEvent(new Event("toggle"));
    } else {
      if (target.value !== value) target.value = value;
      target.dispatchEvent(new Event(event.type, { bubbles: true }));
    }
  };

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

  // Waits for the palette, whose code may still have to arrive.
  const untilPaletteOpens = async () => {
    const isOpen = () => document.activeElement?.closest("dialog");
    for (let tries = 0; tries < 100 && !isOpen(); tries += 1) await pause(30);
  };

  const replay = async () => {
    isHydrated = true;
    notice(false);
    // Hydration ends with microtasks, as does what the WASM does for an event.
    await pause(0);
    while (queue.length) {
      const entry = queue.shift();
      act(entry);
      await pause(0);
      if (queue.length && entry.event.type === "keydown" && isPalette(entry.event)) await untilPaletteOpens();
    }
    stop();
  };

  const notice = (isShown) => {
    const line = document.getElementById("not-started");
    if (line) line.hidden = !isShown;
  };

  // Extensions and translators may change the page before the WASM takes it over, which must find it as the server has sent
  // it. All changes are kept, and those that are not the parser's are undone, the last one first.
  const changes = [];
  const isOfParser = ({ type, removedNodes, nextSibling }) => type !== "childList" || !(removedNodes.length || nextSibling);
  let isParsing = true;
  const observe = (records) => {
    for (const record of records) {
      const isInBody = document.body?.contains(record.target) || !record.target.isConnected;
      if (isInBody && !(isParsing && isOfParser(record))) changes.push(record);
    }
  };
  const observer = new MutationObserver(observe);
  observer.observe(root, { childList: true, characterData: true, characterDataOldValue: true, subtree: true });
  document.addEventListener("readystatechange", () => {
    observe(observer.takeRecords());
    isParsing = false;
  });
  const restore = () => {
    observe(observer.takeRecords());
    observer.disconnect();
    while (changes.length) {
      const { type, target, addedNodes, removedNodes, previousSibling, nextSibling, oldValue } = changes.pop();
      if (type === "characterData") target.data = oldValue;
      for (const node of addedNodes) if (node.parentNode === target) node.remove();
      const before = nextSibling?.parentNode === target ? nextSibling : null;
      const next = before ?? (previousSibling?.parentNode === target ? previousSibling.nextSibling : null);
      for (const node of removedNodes) target.insertBefore(node, next);
    }
  };

  // What the WASM listens to.
  const HANDLED = ["submit", "reset", "focusin", "focusout", "pointerdown", "dragstart", "scroll", "popstate", ...TYPES];
  const block = (event) => {
    event.stopImmediatePropagation();
    if (event.type === "popstate") location.reload();
  };
  // The program has ended and takes no part any more: links and forms are the browser's.
  const end = () => {
    if ("ended" in root.dataset) return;
    root.dataset.ended = "";
    stop();
    for (const type of HANDLED) addEventListener(type, block, true);
    notice(true);
  };

  // A draft belongs to a tab. A lock tells which tabs are open; a copy of a tab gets a name of its own, and the drafts of
  // closed ones are free.
  const TAB = "tessera-tab:";
  const lock = (name) =>
    new Promise((resolve) => {
      const held = () => new Promise(() => resolve(true));
      // After a reload, the page before may still hold it for a moment.
      navigator.locks.request(TAB + name, { signal: AbortSignal.timeout(300) }, held).catch(() => resolve(false));
    });
  const findTab = async () => {
    let name = sessionStorage.getItem(TAB) ?? crypto.randomUUID();
    if (!(await lock(name))) await lock((name = crypto.randomUUID()));
    sessionStorage.setItem(TAB, name);
    root.dataset.tab = name;
    const held = new Set((await navigator.locks.query()).held.map((lock) => lock.name));
    for (const key of Object.keys(localStorage)) {
      const [, form, tab] = /^(tessera-draft:.*@)(.*)$/.exec(key) ?? [];
      if (!form || tab === "free" || held.has(TAB + tab) || localStorage.getItem(`${form}free`)) continue;
      localStorage.setItem(`${form}free`, localStorage.getItem(key));
      localStorage.removeItem(key);
    }
  };
  // The program starts afterwards. Without locks or storage, all tabs share their drafts.
  window.tesseraTab = findTab().catch(() => {});

  const slow = setTimeout(() => notice(true), 30_000);
  const fail = ({ target, error, reason }) => {
    const cause = error ?? reason;
    // After a panic, or an error of the browser that hydration is not prepared for.
    if (cause instanceof WebAssembly.RuntimeError || (!isHydrated && /\/pkg\//.test(cause?.stack))) return end();
    // A missing picture is no reason.
    if (isHydrated || (target instanceof Element && target.localName !== "script")) return;
    stop();
    notice(true);
  };
  const stop = () => {
    clearTimeout(slow);
    for (const type of TYPES) removeEventListener(type, record, true);
    delete root.dataset.starting;
  };

  // The router would take every link on this site. It knows the pages of workspaces only.
  const leaveToBrowser = ({ target }) => {
    const link = target instanceof Element && target.closest("a[href]");
    if (link && !link.pathname?.startsWith("/o/")) link.relList.add("external");
  };

  addEventListener("click", leaveToBrowser, true);
  for (const type of TYPES) addEventListener(type, record, true);
  for (const type of ["error", "unhandledrejection"]) addEventListener(type, fail, true);
  addEventListener("tessera:hydrating", restore, { once: true });
  addEventListener("tessera:hydrated", () => void replay(), { once: true });
  // The WASM says so itself.
  addEventListener("tessera:failed", () => stop(), { once: true });
})(document.documentElement);
