using Onsager.Papers.Report;

Console.WriteLine(Svg.Of(new Figure("n / d^{2}", "cos(G, w*)") { LogX = true }.Line("a <b>", [1, 2, 4], [1, 2, 3], [.1, .1, .1]).Horizontal(2, "floor").Points("e", [1, 2, 3], [2, 2, double.NaN]), "x").File());
