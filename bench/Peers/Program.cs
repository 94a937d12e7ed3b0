using Onsager.Peers;

return CommandLine.Run(args);
