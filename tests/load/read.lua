-- Reads projects all over the data, one after another.
local projects = {}
for id in io.lines("target/bench-data/projects.txt") do
    projects[#projects + 1] = id
end
local at = 0

function request()
    at = at % #projects + 1
    return wrk.format("GET", wrk.path .. projects[at])
end
