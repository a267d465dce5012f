// What Tauri puts into its web view, as far as the interface uses it: calls go to this port, events are asked for there.
// `window.phone.back()` is the back button of Android.
(() => {
  const callbacks = new Map();
  const listeners = new Map();
  let next = 1;
  let back = null;
  let presses = 0;

  const own = {
    "plugin:event|listen": ({ event, handler }) => {
      const id = next++;
      listeners.set(id, { event, handler });
      return id;
    },
    "plugin:event|unlisten": ({ eventId }) => listeners.delete(eventId),
    "plugin:app|register_listener": ({ handler }) => {
      back = handler.id;
    },
    "plugin:app|remove_listener": () => {
      back = null;
    },
  };

  const call = async (command, given = {}) => {
    if (command in own) return own[command](given);
    const answer = await fetch(`/ipc/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
    });
    const said = await answer.json();
    if (answer.ok) return said;
    throw said;
  };

  window.__TAURI_INTERNALS__ = {
    metadata: { currentWindow: { label: "main" }, currentWebview: { windowLabel: "main", label: "main" } },
    invoke: call,
    transformCallback: (callback, once = false) => {
      const id = next++;
      callbacks.set(id, (given) => {
        if (once) callbacks.delete(id);
        callback?.(given);
      });
      return id;
    },
    unregisterCallback: (id) => callbacks.delete(id),
    runCallback: (id, given) => callbacks.get(id)?.(given),
    callbacks,
  };
  window.__TAURI_EVENT_PLUGIN_INTERNALS__ = { unregisterListener: (_event, id) => listeners.delete(id) };
  window.phone = {
    hasBack: () => back !== null,
    back: () => callbacks.get(back)?.({ index: presses++, message: { canGoBack: false } }),
  };

  let heard = 0;
  const hear = async () => {
    for (;;) {
      const told = await fetch(`/happenings/${heard}`).then((answer) => answer.json());
      heard += told.length;
      for (const { event, payload } of told)
        for (const [id, listener] of listeners)
          if (listener.event === event) callbacks.get(listener.handler)?.({ event, id, payload });
    }
  };
  void hear();
})();
