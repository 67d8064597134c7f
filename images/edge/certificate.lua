-- Takes up a renewed certificate without a reload of the process, which would leave connections to an old process, and tells
-- in /certificate until when the one that is served is good.
local folder = os.getenv("EDGE_CERTIFICATE_FOLDER") or "/etc/certificate"
local file = folder .. "/tls.crt"
local everyMs = tonumber(os.getenv("EDGE_CERTIFICATE_EVERY_MS") or "10000")
local console = os.getenv("EDGE_CONSOLE")

local function read(path)
  local handle = io.open(path, "r")
  if handle == nil then return nil end
  local text = handle:read("a")
  handle:close()
  return text
end

local function pair()
  local certificate, key = read(file), read(folder .. "/tls.key")
  if certificate == nil or key == nil then return nil end
  return { certificate = certificate, key = key, both = certificate .. key }
end

local function say(level, message)
  core.Info('{"time":"' .. os.date("!%Y-%m-%dT%H:%M:%SZ") .. '","level":"' .. level
    .. '","service":"edge","message":"' .. message:gsub('[%c"\\]', " ") .. '"}')
end

local renewals, refusals, ends = 0, 0, nil

-- The answer of a port of our own to one question.
local function ask(address, question)
  local socket = core.tcp()
  socket:settimeout(5)
  if socket:connect(address) == nil then return nil end
  socket:send(question)
  local answer = socket:receive("*a")
  socket:close()
  return answer
end

-- Puts a certificate with its key in the place of the one that is served. Returns what is wrong with it.
local function take(pem)
  -- An empty line ends the text of a command.
  local text = pem:gsub("\r", ""):gsub("\n%s*\n", "\n")
  local set = ask(console, "set ssl cert " .. file .. " <<\n" .. text .. "\n") or "no answer"
  if set:find("Transaction created", 1, true) == nil and set:find("Transaction updated", 1, true) == nil then
    return set
  end
  local committed = ask(console, "commit ssl cert " .. file .. "\n") or "no answer"
  if committed:find("Success", 1, true) ~= nil then return nil end
  ask(console, "abort ssl cert " .. file .. "\n")
  return committed
end

local months = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

-- What the process serves, and not what lies in the folder. The container's clock is UTC.
local function expiry()
  local answer = ask(console, "show ssl cert " .. file .. "\n") or ""
  local month, day, hour, minute, second, year =
    answer:match("notAfter: (%a+) +(%d+) (%d+):(%d+):(%d+) (%d+)")
  if month == nil then return nil end
  return os.time({
    year = tonumber(year), month = months[month], day = tonumber(day),
    hour = tonumber(hour), min = tonumber(minute), sec = tonumber(second),
  })
end

-- A pair that does not fit together is one that the kubelet is just replacing, or a wrong one: the former certificate stays,
-- and it is read again. What lies there at the start is taken once more: it may be newer than what the process has read.
core.register_task(function()
  local served = pair()
  if served ~= nil and take(served.both) ~= nil then served = nil end
  local refused = nil
  ends = expiry()
  while true do
    core.msleep(everyMs)
    local found = pair()
    if found ~= nil and (served == nil or found.both ~= served.both) then
      local problem = take(found.both)
      if problem == nil then
        served, refused, ends = found, nil, expiry()
        renewals = renewals + 1
        say("info", "the certificate was replaced")
      elseif refused ~= found.both then
        refused = found.both
        refusals = refusals + 1
        say("error", "the certificate in " .. folder .. " is not taken: " .. problem)
      end
    end
  end
end)

local function metric(name, kind, help, value)
  return "# HELP " .. name .. " " .. help .. "\n# TYPE " .. name .. " " .. kind .. "\n"
    .. name .. " " .. string.format("%d", value) .. "\n"
end

-- Beside HAProxy's own page of figures. Nothing is asked here: an answer that waits for another one may take seconds.
core.register_service("certificate", "http", function(applet)
  local text = metric("framewright_edge_certificate_renewals_total", "counter",
      "Certificates taken up since the start.", renewals)
    .. metric("framewright_edge_certificate_refusals_total", "counter",
      "Certificates that could not be taken up.", refusals)
  if ends ~= nil then
    text = text .. metric("framewright_edge_certificate_expiry_seconds", "gauge",
      "When the certificate that is served ends, in seconds since 1970.", ends)
  end
  applet:set_status(200)
  applet:add_header("content-type", "text/plain; version=0.0.4")
  applet:add_header("content-length", string.len(text))
  applet:start_response()
  applet:send(text)
end)
