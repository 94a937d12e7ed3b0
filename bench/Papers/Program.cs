using Onsager.Papers;

return CommandLine.Run(args);
