"use strict";
(function () {
  var root = document.documentElement;

  function remember(name, value) {
    try { localStorage.setItem(name, value); } catch (error) { /* storage is refused: for this visit only */ }
  }
  function remembered(name) {
    try { return localStorage.getItem(name); } catch (error) { return null; }
  }

  /* ---- theme: the system's, unless the reader chose */
  var themes = ["system", "light", "dark"];
  var button = document.getElementById("theme");
  function setTheme(theme) {
    if (themes.indexOf(theme) < 1) {
      theme = "system";
      root.removeAttribute("data-theme");
    } else {
      root.setAttribute("data-theme", theme);
    }
    button.textContent = "Theme: " + theme;
    return theme;
  }
  var theme = setTheme(new URLSearchParams(location.hash.slice(1)).get("theme") || remembered("whyoom-theme"));
  button.hidden = false;
  button.addEventListener("click", function () {
    theme = setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);
    remember("whyoom-theme", theme);
  });
}());
