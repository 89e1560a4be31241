// engine.io-client looks whether there is a `WebSocket` although it uses the package `ws` here. On Node.js
// 22 and newer the mere look loads undici, which takes 4 MB. To be imported before socket.io-client.
Reflect.deleteProperty(globalThis, 'WebSocket');
