// Opens the event stream at an address, as `new EventSource` does. Where the browser can, all of its windows share it.
window.tesseraStream = (address) => {
  if (!window.SharedWorker || window.tesseraStream.isAlone) return new EventSource(address);
  const worker = new SharedWorker("/live-worker.js?1", "tessera-live");
  const { port } = worker;
  const stream = new EventTarget();
  const leave = () => port.postMessage("");
  const receive = ([type, data, lastEventId, state]) => {
    if (type === "ping") return port.postMessage("pong");
    stream.readyState = state;
    stream.dispatchEvent(new MessageEvent(type, { data, lastEventId }));
  };
  stream.readyState = 0;
  stream.close = () => {
    stream.readyState = 2;
    leave();
    port.close();
    removeEventListener("pagehide", leave);
  };
  // A worker that cannot be loaded is done without from now on.
  worker.addEventListener("error", () => {
    window.tesseraStream.isAlone = true;
    receive(["error", "", "", 2]);
  });
  port.addEventListener("message", ({ data }) => receive(data));
  port.start();
  port.postMessage(address);
  addEventListener("pagehide", leave);
  return stream;
};
