/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What clang gives to C++ alone; the only C++ of the project. It builds with LLVM 14 to 19.
 */
#include "frontend.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/DiagnosticSema.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Basic/Version.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <string>

#include "bcc_c/module.h"

extern "C" {
#include "headers.h"
#include "idents.h"
#include "lines.h"
}

using namespace clang;
namespace vfs = llvm::vfs;

namespace
{

bool starts_with(llvm::StringRef text, llvm::StringRef start)
{
	return text.substr(0, start.size()) == start;
}

missing_what what_is_missing(unsigned id)
{
	switch (id) {
	case diag::err_unknown_typename:
		return MISSING_TYPE;
	case diag::note_forward_declaration:
		return MISSING_TAG;
	case diag::err_undeclared_var_use:
		return MISSING_NAME;
	case diag::err_no_member:
		return MISSING_FIELD;
	default:
		return MISSING_NOTHING;
	}
}

/* An argument of a diagnostic's text, without the quotes that clang puts around names. */
std::string argument(const Diagnostic &info, llvm::StringRef which)
{
	llvm::SmallString<64> text;

	info.FormatDiagnostic(which.begin(), which.end(), text);
	return llvm::StringRef(text).split('\'').second.split('\'').first.str();
}

/* Hands diagnostics on as data. */
class Reporter : public DiagnosticConsumer
{
public:
	explicit Reporter(const frontend_input &in) : in(in)
	{
	}

	void HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &info) override
	{
		frontend_diag diag = {};
		llvm::SmallString<128> text;
		std::string file, line, name, owner;

		DiagnosticConsumer::HandleDiagnostic(level, info);
		if (!in.diag)
			return;
		info.FormatDiagnostic(text);
		diag.severity = level >= DiagnosticsEngine::Error     ? BCC_C_ERROR
				: level == DiagnosticsEngine::Warning ? BCC_C_WARNING
								      : BCC_C_NOTE;
		if (info.hasSourceManager() && info.getLocation().isValid())
			locate(info.getSourceManager(), info.getLocation(), diag, file, line);
		diag.file = file.empty() ? in.name : file.c_str();
		diag.text = text.c_str();
		diag.source_line = line.c_str();
		diag.missing.what = what_is_missing(info.getID());
		if (diag.missing.what)
			name = argument(info, "%0");
		if (diag.missing.what == MISSING_FIELD)
			owner = argument(info, "%1");
		diag.missing.name = name.c_str();
		diag.missing.owner = owner.c_str();
		in.diag(in.diag_ctx, &diag);
	}

private:
	static void locate(SourceManager &sm, SourceLocation where, frontend_diag &diag,
			   std::string &file, std::string &line)
	{
		SourceLocation loc = sm.getExpansionLoc(where);
		PresumedLoc presumed = sm.getPresumedLoc(loc);
		const char *text = sm.getBufferData(sm.getFileID(loc)).data();
		size_t len = 0;

		if (presumed.isInvalid())
			return;
		file = presumed.getFilename();
		diag.line = presumed.getLine();
		diag.column = presumed.getColumn();
		text = lines__find(text, sm.getExpansionLineNumber(loc), &len);
		if (text)
			line.assign(text, len);
	}

	const frontend_input &in;
};

/* Answers for the kernel's own headers, whatever their names: each is vmlinux.h. */
class KernelHeaders : public vfs::ProxyFileSystem
{
public:
	KernelHeaders(llvm::IntrusiveRefCntPtr<vfs::FileSystem> fs, const frontend_input &in)
	    : ProxyFileSystem(std::move(fs)), in(in)
	{
	}

	llvm::ErrorOr<vfs::Status> status(const llvm::Twine &path) override
	{
		std::string real = redirect(path.str());
		auto found = ProxyFileSystem::status(real);

		return found ? vfs::Status::copyWithNewName(*found, path) : found;
	}

	llvm::ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const llvm::Twine &path) override
	{
		std::string real = redirect(path.str());

		used |= real == HEADERS_VMLINUX;
		if (is_device(real))
			return std::make_error_code(std::errc::not_supported);
		return ProxyFileSystem::openFileForRead(real);
	}

	bool used = false;

private:
	/* Devices have no size: clang would take /dev/zero for an empty file. */
	bool is_device(const std::string &path)
	{
		auto found = ProxyFileSystem::status(path);

		return found && found->getType() == llvm::sys::fs::file_type::character_file &&
		       path != "/dev/null";
	}

	std::string redirect(const std::string &path) const
	{
		if (!starts_with(path, HEADERS_DIR))
			in.file(in.file_ctx, path.c_str());
		return headers__resolve(path.c_str());
	}

	/* By value: the caller's may be gone while clang still holds the files. */
	const frontend_input in;
};

llvm::IntrusiveRefCntPtr<KernelHeaders> make_files(const frontend_input &in)
{
	auto memory = llvm::makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
	auto overlay = llvm::makeIntrusiveRefCnt<vfs::OverlayFileSystem>(vfs::getRealFileSystem());

	for (const header_file *file = headers; file->path; file++)
		memory->addFile(file->path, 0,
				llvm::MemoryBuffer::getMemBuffer(file->text, file->path));
	memory->addFile(HEADERS_VMLINUX, 0,
			llvm::MemoryBuffer::getMemBuffer(in.vmlinux, HEADERS_VMLINUX));
	memory->addFile(HEADERS_TRACEPOINTS, 0,
			llvm::MemoryBuffer::getMemBuffer(in.tracepoints, HEADERS_TRACEPOINTS));
	memory->addFile(HEADERS_HELPERS, 0,
			llvm::MemoryBuffer::getMemBuffer(in.helpers, HEADERS_HELPERS));
	overlay->pushOverlay(memory);
	return llvm::makeIntrusiveRefCnt<KernelHeaders>(overlay, in);
}

/* Returns false if the flags are bad, which was reported then. */
bool set_up(CompilerInstance &ci, Reporter &reporter, const frontend_input &in,
	    llvm::IntrusiveRefCntPtr<vfs::FileSystem> files)
{
	auto ids = llvm::makeIntrusiveRefCnt<DiagnosticIDs>();
	auto options = llvm::makeIntrusiveRefCnt<DiagnosticOptions>();
	DiagnosticsEngine diags(ids, options, &reporter, false);
	llvm::ArrayRef<const char *> args(in.args, in.arg_cnt);
	auto source = llvm::MemoryBuffer::getMemBuffer(llvm::StringRef(in.source, in.source_size),
						       in.name);

	if (!CompilerInvocation::CreateFromArgs(ci.getInvocation(), args, diags) ||
	    diags.hasErrorOccurred())
		return false;
	ci.getFrontendOpts().Inputs = { FrontendInputFile(in.name, InputKind(Language::C)) };
	ci.getPreprocessorOpts().addRemappedFile(in.name, source.release());
	/* Else clang counts errors on the standard error stream. */
	ci.getDiagnosticOpts().ShowCarets = false;
	ci.createDiagnostics(&reporter, false);
	ci.createFileManager(std::move(files));
	return true;
}

/* Lexes the whole source as the compiler will see it, and reports identifiers. */
class Scan : public PreprocessorFrontendAction
{
public:
	explicit Scan(const frontend_scan &to) : to(to)
	{
	}

protected:
	void ExecuteAction() override
	{
		Preprocessor &pp = getCompilerInstance().getPreprocessor();
		bool behind_keyword = false;
		IdentifierInfo *tag = nullptr;
		Token token;

		pp.EnterMainSourceFile();
		for (pp.Lex(token); token.isNot(tok::eof); pp.Lex(token)) {
			IdentifierInfo *id = token.isAnnotation() ? nullptr
								  : token.getIdentifierInfo();
			bool keyword = token.isOneOf(tok::kw_struct, tok::kw_union, tok::kw_enum);

			if (tag && token.is(tok::l_brace))
				report(tag, IDENT_DEFINED);
			tag = behind_keyword ? id : nullptr;
			if (id && !keyword)
				report(id, !is_users(pp.getSourceManager(), token.getLocation())
						   ? IDENT_HEADERS
					   : behind_keyword ? IDENT_TAG
							    : IDENT_ORDINARY);
			behind_keyword = keyword;
		}
		if (to.text)
			report_texts(pp.getSourceManager());
		if (to.macro_name)
			report_macro(pp);
	}

private:
	void report(IdentifierInfo *id, unsigned uses)
	{
		if (uses == IDENT_HEADERS && !starts_with(id->getName(), "bpf_"))
			return;
		to.ident(to.ctx, id->getNameStart(), id->getLength(), uses);
	}

	/* What the preprocessor skipped is part of it, which tokens are not. */
	void report_texts(SourceManager &sm)
	{
		for (unsigned i = 0; i < sm.local_sloc_entry_size(); i++) {
			const SrcMgr::SLocEntry &entry = sm.getLocalSLocEntry(i);

			if (!entry.isFile() || starts_with(entry.getFile().getName(), "<") ||
			    starts_with(entry.getFile().getName(), HEADERS_DIR "/"))
				continue;
			auto text = entry.getFile().getContentCache().getBufferIfLoaded();
			if (text)
				to.text(to.ctx, text->getBufferStart());
		}
	}

	void report_macro(Preprocessor &pp)
	{
		const MacroInfo *macro = pp.getMacroInfo(pp.getIdentifierInfo(to.macro_name));
		std::string text;

		if (!macro)
			return;
		for (const Token &token : macro->tokens()) {
			if (!text.empty() && token.hasLeadingSpace())
				text += ' ';
			text += pp.getSpelling(token);
		}
		to.macro(to.ctx, text.c_str());
	}

	/* A macro of an embedded header counts as the text of whoever uses it. */
	bool is_users(SourceManager &sm, SourceLocation where)
	{
		FileID file = sm.getFileID(sm.getExpansionLoc(where));

		if (file != last_file) {
			auto entry = sm.getFileEntryRefForID(file);

			last_file = file;
			last_is_users = !entry || !starts_with(entry->getName(), HEADERS_DIR "/");
		}
		return last_is_users;
	}

	const frontend_scan &to;
	FileID last_file;
	bool last_is_users = false;
};

/* For the passes, on the instruction that makes room for the variable. */
void keep_type(llvm::Value *room, const llvm::DILocalVariable *variable)
{
	if (auto *alloca = llvm::dyn_cast_or_null<llvm::AllocaInst>(room))
		alloca->setMetadata(FRONTEND_TYPE_KIND, variable->getType());
}

/*
 * Where a local variable is at each instruction is what debuggers ask of DWARF. BTF has no room for
 * it, and keeping it up to date costs LLVM a tenth of its time.
 */
void forget_variables(llvm::Module &module, bool keep_types)
{
	for (llvm::Function &function : module)
		for (llvm::BasicBlock &block : function)
			for (auto at = block.begin(); at != block.end();) {
				llvm::Instruction &instruction = *at++;
				auto *declare = llvm::dyn_cast<llvm::DbgDeclareInst>(&instruction);

#if LLVM_VERSION_MAJOR >= 19
				for (llvm::DbgVariableRecord &var :
				     llvm::filterDbgVars(instruction.getDbgRecordRange()))
					if (keep_types && var.isDbgDeclare())
						keep_type(var.getAddress(), var.getVariable());
				instruction.dropDbgRecords();
#endif
				if (declare && keep_types)
					keep_type(declare->getAddress(), declare->getVariable());
				if (llvm::isa<llvm::DbgVariableIntrinsic>(instruction))
					instruction.eraseFromParent();
			}
}

} // namespace

bool frontend__scan(const frontend_input *in, const frontend_scan *to)
{
	frontend_input quiet = *in;
	quiet.diag = nullptr;
	Reporter reporter(quiet);
	CompilerInstance ci;
	auto files = make_files(*in);
	Scan scan(*to);

	if (set_up(ci, reporter, quiet, files))
		ci.ExecuteAction(scan);
	return files->used;
}

LLVMModuleRef frontend__compile(const frontend_input *in, LLVMContextRef context)
{
	Reporter reporter(*in);
	CompilerInstance ci;
	EmitLLVMOnlyAction action(llvm::unwrap(context));

	if (!set_up(ci, reporter, *in, make_files(*in)) || !ci.ExecuteAction(action))
		return nullptr;
	std::unique_ptr<llvm::Module> module = action.takeModule();
	forget_variables(*module, in->keep_types);
	return llvm::wrap(module.release());
}

const char *frontend__version(void)
{
	return CLANG_VERSION_STRING;
}
