// Compiles VB.NET scripts, one request line at a time, so that the compiler is loaded once for all of them.
//
// driver.exe STUBS.vb
// request:  version <tab> reference folder <tab> strict|loose <tab> OUT.exe or - <tab> SCRIPT.vb
// answer:   a line for each diagnostic, then "ok" or "failed"
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Microsoft.CodeAnalysis.VisualBasic;

static class Driver
{
    const string Before = "Module VmixScript\r\nSub Script()\r\n";
    const string After = "\r\nEnd Sub\r\nEnd Module\r\n";
    static readonly string[] Assemblies = { "mscorlib", "System", "System.Core", "System.Xml" };
    static readonly Dictionary<string, MetadataReference> Loaded = new Dictionary<string, MetadataReference>();

    static int Main(string[] arguments)
    {
        string stubs = File.ReadAllText(arguments[0], Encoding.UTF8);
        Console.OutputEncoding = new UTF8Encoding(false);
        for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            string[] request = line.Split('\t');
            Console.WriteLine(Compile(stubs, request[0], request[1], request[2] == "strict", request[3], request[4]) ? "ok" : "failed");
            Console.Out.Flush();
        }
        return 0;
    }

    static bool Compile(string stubs, string version, string folder, bool strict, string output, string script)
    {
        bool run = output != "-";
        var parse = new VisualBasicParseOptions((LanguageVersion)Enum.Parse(typeof(LanguageVersion), "VisualBasic" + version));
        var trees = new[]
        {
            VisualBasicSyntaxTree.ParseText(SourceText.From(Before + File.ReadAllText(script, Encoding.UTF8) + After), parse, "script"),
            VisualBasicSyntaxTree.ParseText(SourceText.From(stubs), parse, "stubs"),
        };
        // mono has no VB runtime library: a program that is to run carries the compiler's own small one.
        var names = run ? Assemblies : Assemblies.Concat(new[] { "Microsoft.VisualBasic" });
        var options = new VisualBasicCompilationOptions(
            OutputKind.ConsoleApplication, rootNamespace: "", parseOptions: parse, embedVbCoreRuntime: run, concurrentBuild: false,
            optionStrict: strict ? OptionStrict.On : OptionStrict.Off, optionInfer: !strict, optionExplicit: true);
        var compilation = VisualBasicCompilation.Create("script", trees, names.Select(name => Reference(folder, name)), options);
        using (var image = new MemoryStream())
        {
            var result = compilation.Emit(image);
            foreach (var diagnostic in result.Diagnostics.Where(found => found.Severity >= DiagnosticSeverity.Warning))
                Console.WriteLine(Describe(diagnostic));
            if (result.Success && run)
                File.WriteAllBytes(output, image.ToArray());
            return result.Success;
        }
    }

    static MetadataReference Reference(string folder, string name)
    {
        string path = Path.Combine(folder, name + ".dll");
        if (!Loaded.ContainsKey(path))
            Loaded[path] = MetadataReference.CreateFromFile(path);
        return Loaded[path];
    }

    static string Describe(Diagnostic found)
    {
        var span = found.Location.GetLineSpan();
        int above = span.Path == "script" ? Before.Count(letter => letter == '\n') : 0;
        int line = span.StartLinePosition.Line + 1 - above;
        return string.Format("{0}:{1}: {2} {3}", span.Path, line, found.Id, found.GetMessage());
    }
}
