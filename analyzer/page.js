"use strict";
(function () {
  var root = document.documentElement;
  var find = function (id) { return document.getElementById(id); };

  /* ---- what the address says: #class=shmem&host=web-7&q=java&order=size&theme=dark */
  function address() {
    return new URLSearchParams(location.hash.slice(1));
  }
  function setAddress(parameters) {
    var text = parameters.toString();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }

  /* ---- theme: the system's, unless the reader chose */
  var themes = ["system", "light", "dark"];
  var button = find("theme");
  var theme;
  function setTheme(wanted) {
    theme = themes.indexOf(wanted) > 0 ? wanted : "system";
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    button.textContent = "Theme: " + theme;
  }
  function storage(work) {
    try { return work(); } catch (refused) { return null; } /* then the choice lasts for this visit */
  }
  setTheme(address().get("theme") || storage(function () { return localStorage.getItem("whyoom-theme"); }));
  button.hidden = false;
  button.addEventListener("click", function () {
    setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);
    storage(function () { localStorage.setItem("whyoom-theme", theme); });
  });

  /* ---- the list of incidents */
  var controls = find("controls");
  if (!controls) return;
  var search = find("search"), classes = find("class"), order = find("order"), shown = find("shown");
  var section = find("incidents");
  var incidents = Array.prototype.slice.call(section.querySelectorAll("details.incident"));
  var total = incidents.reduce(function (sum, incident) { return sum + Number(incident.dataset.count); }, 0);
  var keys = ["class", "part", "limit", "host", "workload", "cgroup", "victim", "kernel"];
  var texts = new Map(); /* made when first asked for */

  function textOf(incident) {
    if (!texts.has(incident)) {
      var names = keys.map(function (key) { return incident.dataset[key]; }).join(" ");
      texts.set(incident, (names + " " + incident.textContent).toLowerCase());
    }
    return texts.get(incident);
  }
  function number(count) {
    return count.toLocaleString("en");
  }
  function sort(by) {
    var sorted = incidents;
    if (by === "last" || by === "size")
      sorted = incidents.slice().sort(function (a, b) {
        return Number(b.dataset[by] || -1) - Number(a.dataset[by] || -1);
      });
    var end = section.querySelector(".rest");
    sorted.forEach(function (incident) { section.insertBefore(incident, end); });
  }
  function tell(count, sum, filters) {
    shown.textContent = count === incidents.length ? "" :
      number(count) + " of " + number(incidents.length) + " cases, " + number(sum) + " of " + number(total) +
      " incidents: " + filters.join(", ");
  }
  var orderNow = "";
  function apply() {
    var wanted = address();
    var words = (wanted.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    var active = keys.filter(function (key) { return wanted.get(key); });
    var count = 0, sum = 0;
    incidents.forEach(function (incident) {
      var fits = active.every(function (key) { return incident.dataset[key] === wanted.get(key); }) &&
        words.every(function (word) { return textOf(incident).includes(word); });
      incident.hidden = !fits;
      if (fits) {
        count++;
        sum += Number(incident.dataset.count);
      }
    });
    search.value = wanted.get("q") || "";
    classes.value = wanted.get("class") || "";
    order.value = wanted.get("order") || "";
    if (order.value !== orderNow) sort(order.value);
    orderNow = order.value;
    tell(count, sum, active.map(function (key) { return key + " " + wanted.get(key); }).concat(words));
  }
  function change(key, value) {
    var parameters = address();
    if (value) parameters.set(key, value);
    else parameters.delete(key);
    setAddress(parameters);
    apply();
  }
  /* "#g17" is an incident, anything else a filter */
  function follow() {
    var target = /^#g\d+$/.test(location.hash) && find(location.hash.slice(1));
    if (target) {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
    } else {
      apply();
    }
  }

  controls.hidden = false;
  controls.addEventListener("submit", function (event) { event.preventDefault(); });
  controls.addEventListener("reset", function (event) {
    event.preventDefault();
    setAddress(new URLSearchParams());
    apply();
  });
  search.addEventListener("input", function () { change("q", search.value.trim()); });
  classes.addEventListener("change", function () { change("class", classes.value); });
  order.addEventListener("change", function () { change("order", order.value); });
  window.addEventListener("hashchange", function () {
    follow();
    if (keys.some(function (key) { return address().get(key); })) section.scrollIntoView();
  });
  follow();

  /* ---- keys: / searches, j and k go through the list, t changes the theme, Escape clears */
  function step(by) {
    var visible = incidents.filter(function (incident) { return !incident.hidden; });
    visible.sort(function (a, b) { return a.compareDocumentPosition(b) & 4 ? -1 : 1; });
    var at = visible.indexOf(document.activeElement.closest("details.incident"));
    var next = visible[at < 0 ? 0 : Math.min(Math.max(at + by, 0), visible.length - 1)];
    if (next) {
      next.querySelector("summary").focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }
  var actions = {
    "/": function () { search.focus(); search.select(); },
    "j": function () { step(1); },
    "k": function () { step(-1); },
    "t": function () { button.click(); }
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      document.activeElement.blur();
      change("q", "");
    } else if (actions[event.key] && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      actions[event.key]();
    }
  });
}());
