// The whole client: what is typed goes out as `message`, what anybody said comes in as `sent`.
const socket = io();
const form = document.getElementById("formulario");
const input = document.getElementById("texto");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("message", input.value);
  input.value = "";
});

socket.on("sent", (message) => {
  const item = document.createElement("li");
  item.textContent = message; // text, never HTML: it comes from other people
  document.getElementById("mensagens").append(item);
});
