"""Whether what stands in a scenario makes sense, alone and together; every fault in words."""
